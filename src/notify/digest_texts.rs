//! The words of the daily summary, in English and Spanish.

use crate::model::NotificationRecord;

/// Lines of one part; what is beyond them is in the console.
const LINES_MAX: usize = 10;
/// Longest name in a line, in Unicode code points.
const NAME_MAX_CHARS: usize = 80;

/// What a summary tells.
pub(super) struct Told<'a> {
    /// Visitors of the org who wait now.
    pub(super) waiting_count: i64,
    /// Who left without an answer in the last day.
    pub(super) missed: Vec<&'a NotificationRecord>,
    /// Where the agent was mentioned and has not looked.
    pub(super) mentions: Vec<&'a NotificationRecord>,
}

/// The words in one language.
pub(super) struct DigestTexts {
    pub(super) subject: &'static str,
    waiting_one: &'static str,
    waiting_many: &'static str,
    missed: &'static str,
    mentions: &'static str,
    mention: &'static str,
    more: &'static str,
    link: &'static str,
    stop: &'static str,
}

const ENGLISH: DigestTexts = DigestTexts {
    subject: "Your day in Switchboard",
    waiting_one: "One visitor waits for a person.",
    waiting_many: "{count} visitors wait for a person.",
    missed: "Left without an answer since yesterday:",
    mentions: "Mentions you have not read:",
    mention: "{agent} mentioned you, about {name}",
    more: "and {count} more",
    link: "Open the inbox: {link}",
    stop: "You chose this mail on the page Notifications, where you can turn it off.",
};

const SPANISH: DigestTexts = DigestTexts {
    subject: "Su día en Switchboard",
    waiting_one: "Una visita espera a una persona.",
    waiting_many: "{count} visitas esperan a una persona.",
    missed: "Se fueron sin respuesta desde ayer:",
    mentions: "Menciones que no ha leído:",
    mention: "{agent} le mencionó, sobre {name}",
    more: "y {count} más",
    link: "Abrir la bandeja: {link}",
    stop: "Usted eligió este correo en la página Notificaciones, donde puede desactivarlo.",
};

impl DigestTexts {
    /// The words of a language.
    pub(super) fn of(locale: &str) -> &'static Self {
        if locale == "es" { &SPANISH } else { &ENGLISH }
    }

    /// The text of the mail; `None` where there is nothing to tell.
    pub(super) fn body(&self, told: &Told<'_>, link: &str) -> Option<String> {
        let mut parts = Vec::new();
        match told.waiting_count {
            ..=0 => {}
            1 => parts.push(self.waiting_one.to_owned()),
            count => parts.push(self.waiting_many.replace("{count}", &count.to_string())),
        }
        let names = told.missed.iter().map(|one| line(one.visitor_name.as_deref()));
        parts.extend(self.part(self.missed, names.collect()));
        let mentions = told.mentions.iter().map(|one| {
            let agent = line(one.author_name.as_deref());
            self.mention.replace("{agent}", &agent).replace("{name}", &line(one.visitor_name.as_deref()))
        });
        parts.extend(self.part(self.mentions, mentions.collect()));
        if parts.is_empty() {
            return None;
        }
        parts.push(self.link.replace("{link}", link));
        parts.push(self.stop.to_owned());
        Some(parts.join("\n\n") + "\n")
    }

    fn part(&self, heading: &str, lines: Vec<String>) -> Option<String> {
        if lines.is_empty() {
            return None;
        }
        let mut part = heading.to_owned();
        for line in lines.iter().take(LINES_MAX) {
            part.push_str("\n- ");
            part.push_str(line);
        }
        if lines.len() > LINES_MAX {
            part.push_str("\n- ");
            part.push_str(&self.more.replace("{count}", &(lines.len() - LINES_MAX).to_string()));
        }
        Some(part)
    }
}

/// A name on one line.
fn line(name: Option<&str>) -> String {
    let name = name.unwrap_or_default();
    name.chars().map(|one| if one.is_control() { ' ' } else { one }).take(NAME_MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_without_news_is_no_mail_and_numbers_have_their_words() {
        let told = |waiting_count| Told { waiting_count, missed: Vec::new(), mentions: Vec::new() };

        assert_eq!(DigestTexts::of("en").body(&told(0), "https://x"), None);
        let one = DigestTexts::of("en").body(&told(1), "https://x").unwrap();
        assert!(one.starts_with("One visitor waits for a person.\n\nOpen the inbox: https://x"), "{one}");
        assert!(DigestTexts::of("es").body(&told(3), "x").unwrap().starts_with("3 visitas esperan"));
    }

    #[test]
    fn a_long_part_says_how_much_more_there_is() {
        let lines = (0..12).map(|number| number.to_string()).collect();

        let part = DigestTexts::of("en").part("H", lines).unwrap();

        assert!(part.starts_with("H\n- 0\n- 1\n") && part.ends_with("\n- 9\n- and 2 more"), "{part}");
        assert_eq!(line(Some("a\nb")), "a b");
    }
}
