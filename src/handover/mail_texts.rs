//! The server's own texts in transcripts and in mails to visitors, by language.

use super::texts::Tongue;

/// Words of transcripts and mails in one language.
#[derive(Debug)]
pub(super) struct MailTexts {
    pub(super) transcript_of: &'static str,
    pub(super) times_are_utc: &'static str,
    pub(super) earlier_left_out: &'static str,
    pub(super) file: &'static str,
    pub(super) asked_for_person: &'static str,
    pub(super) joined: &'static str,
    pub(super) left: &'static str,
    pub(super) assistant_goes_on: &'static str,
    pub(super) call_started: &'static str,
    pub(super) call_ended: &'static str,
    pub(super) ended: &'static str,
    pub(super) rated: &'static str,
    pub(super) transcript_subject: &'static str,
    pub(super) transcript_asked: &'static str,
    /// Where an agent sends it.
    pub(super) transcript_sent: &'static str,
    pub(super) reply_subject: &'static str,
    pub(super) reply_intro: &'static str,
    pub(super) more_in_chat: &'static str,
    pub(super) answer_here: &'static str,
    pub(super) do_not_reply: &'static str,
    pub(super) stop: &'static str,
}

const ENGLISH: MailTexts = MailTexts {
    transcript_of: "Chat with {name}",
    times_are_utc: "All times are UTC.",
    earlier_left_out: "Earlier messages are left out: the transcript would be too long.",
    file: "File: {name}",
    asked_for_person: "{name} asked for a person.",
    joined: "{name} joined.",
    left: "{name} left.",
    assistant_goes_on: "The assistant goes on.",
    call_started: "A call began.",
    call_ended: "The call ended.",
    ended: "The chat ended.",
    rated: "{name} rated this chat {score} out of 5.",
    transcript_subject: "Your chat with {name}",
    transcript_asked: "You asked for this transcript in the chat. If it was not you, you can delete this mail.",
    transcript_sent: "{name} sends you the transcript of your chat.",
    reply_subject: "{agent} from {name} replied to you",
    reply_intro: "You were away from the chat when {agent} wrote:",
    more_in_chat: "There is more in the chat.",
    answer_here: "Go on with the chat: {link}",
    do_not_reply: "Please do not reply to this mail; nobody reads replies.",
    stop: "Stop these mails: {link}",
};

const SPANISH: MailTexts = MailTexts {
    transcript_of: "Chat con {name}",
    times_are_utc: "Todas las horas son UTC.",
    earlier_left_out: "Se omiten los mensajes anteriores: la transcripción sería demasiado larga.",
    file: "Archivo: {name}",
    asked_for_person: "{name} ha pedido hablar con una persona.",
    joined: "{name} se ha unido.",
    left: "{name} ha salido.",
    assistant_goes_on: "El asistente continúa.",
    call_started: "Ha empezado una llamada.",
    call_ended: "La llamada ha terminado.",
    ended: "El chat ha terminado.",
    rated: "{name} ha valorado este chat con {score} de 5.",
    transcript_subject: "Tu chat con {name}",
    transcript_asked: "Has pedido esta transcripción en el chat. Si no has sido tú, puedes borrar este correo.",
    transcript_sent: "{name} te envía la transcripción de tu chat.",
    reply_subject: "{agent}, de {name}, te ha respondido",
    reply_intro: "No estabas en el chat cuando {agent} escribió:",
    more_in_chat: "Hay más en el chat.",
    answer_here: "Continúa el chat: {link}",
    do_not_reply: "No respondas a este correo, por favor: nadie lee las respuestas.",
    stop: "No recibir más estos correos: {link}",
};

const HEBREW: MailTexts = MailTexts {
    transcript_of: "צ׳אט עם {name}",
    times_are_utc: "כל השעות הן לפי UTC.",
    earlier_left_out: "הודעות קודמות הושמטו: התמליל היה ארוך מדי.",
    file: "קובץ: {name}",
    asked_for_person: "התקבלה בקשה לשוחח עם נציג אנושי ({name}).",
    joined: "כניסה לשיחה: {name}.",
    left: "יציאה מהשיחה: {name}.",
    assistant_goes_on: "העוזר הדיגיטלי ממשיך.",
    call_started: "התחילה שיחה קולית.",
    call_ended: "השיחה הקולית הסתיימה.",
    ended: "הצ׳אט הסתיים.",
    rated: "הצ׳אט דורג {score} מתוך 5 ({name}).",
    transcript_subject: "הצ׳אט שלך עם {name}",
    transcript_asked: "התמליל הזה נשלח לפי בקשה מהצ׳אט. אם לא ביקשת אותו, אפשר למחוק את ההודעה.",
    transcript_sent: "תמליל הצ׳אט שלך נשלח אליך מאת {name}.",
    reply_subject: "התקבלה תשובה מ־{agent}, {name}",
    reply_intro: "התקבלה הודעה מ־{agent} בזמן שלא היית בצ׳אט:",
    more_in_chat: "יש עוד הודעות בצ׳אט.",
    answer_here: "להמשך הצ׳אט: {link}",
    do_not_reply: "נא לא להשיב למייל הזה; אין מי שיקרא את התשובות.",
    stop: "להפסקת המיילים האלה: {link}",
};

impl MailTexts {
    /// The words in a language.
    pub(super) fn of(tongue: Tongue) -> &'static Self {
        tongue.choose(&ENGLISH, &SPANISH, &HEBREW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_fills_in_the_same_facts() {
        let holes = |texts: &MailTexts| {
            let MailTexts { transcript_of, file, asked_for_person, joined, left, rated, .. } = texts;
            let MailTexts { transcript_subject, reply_subject, reply_intro, answer_here, stop, .. } = texts;
            [transcript_of, file, asked_for_person, joined, left, rated]
                .into_iter()
                .chain([transcript_subject, reply_subject, reply_intro, answer_here, stop])
                .map(|text| {
                    let mut holes: Vec<&str> =
                        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
                    holes.sort_unstable();
                    holes
                })
                .collect::<Vec<_>>()
        };

        assert_eq!(holes(&SPANISH), holes(&ENGLISH));
        assert_eq!(holes(&HEBREW), holes(&ENGLISH));
    }
}
