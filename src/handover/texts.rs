//! The server's own texts to visitors, by language.

use crate::insight::Language;

/// Words of the house in one language.
#[derive(Debug)]
pub struct Texts {
    pub(crate) greeting: &'static str,
    pub(crate) thanks: &'static str,
    pub(crate) did_you_mean: &'static str,
    pub(crate) none_of_these: &'static str,
    pub(crate) do_you_mean: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
    pub(crate) ask_a_person: &'static str,
    pub(crate) of_course: &'static str,
    pub(crate) no_answer_person: &'static str,
    pub(crate) no_answer: &'static str,
    pub(crate) rephrase: &'static str,
    pub(crate) picture_person: &'static str,
    pub(crate) picture: &'static str,
    pub(crate) file_person: &'static str,
    pub(crate) file: &'static str,
    pub(crate) here_again: &'static str,
    pub(crate) source: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) limit_reached: &'static str,
    pub(crate) too_many: &'static str,
    pub(crate) nobody_free: &'static str,
    pub(crate) out_of_hours: &'static str,
    pub(crate) closed_until: &'static str,
    pub(crate) nobody_here: &'static str,
    pub(crate) one_online: &'static str,
    pub(crate) many_online: &'static str,
    pub(crate) usually_a_minute: &'static str,
    pub(crate) usually_minutes: &'static str,
    pub(crate) place: &'static str,
    pub(crate) at_time: &'static str,
    pub(crate) days: [&'static str; 7],
    pub(crate) leave_email: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) go_on_choice: &'static str,
    pub(crate) keep_waiting: &'static str,
    pub(crate) email_kept: &'static str,
    pub(crate) email_seen: &'static str,
    pub(crate) no_answer_aloud: &'static str,
    pub(crate) yes_words: &'static [&'static str],
    pub(crate) no_words: &'static [&'static str],
    pub(crate) stay_on_line: &'static str,
    pub(crate) call_ends: &'static str,
}

const ENGLISH: Texts = Texts {
    greeting: "Hello! I am an automatic assistant. Ask me a question and I will look for the answer.",
    thanks: "You are welcome!",
    did_you_mean: "I am not sure that I understood. Did you mean one of these?",
    none_of_these: "None of these",
    do_you_mean: "Do you mean: {question}",
    yes: "Yes",
    no: "No",
    ask_a_person: "Ask a person",
    of_course: "Of course.",
    no_answer_person: "I have no answer to that. I have asked a person to help you.",
    no_answer: "I have no answer to that. Could you say it in other words?",
    rephrase: "Then please ask in other words.",
    picture_person: "Thank you for the picture. I cannot see pictures, so I have asked a person to help you.",
    picture: "Thank you for the picture. I cannot see pictures. Could you describe it in words?",
    file_person: "Thank you for the file. I cannot open files, so I have asked a person to help you.",
    file: "Thank you for the file. I cannot open files. Could you say in words what it is about?",
    here_again: "I am here again. What would you like to know?",
    source: "Source",
    failed: "Sorry, I could not answer. Please try again.",
    limit_reached: "The assistant cannot answer any more today. A person can still help you.",
    too_many: "The assistant has answered a lot here already. Please wait a little, or ask for a person.",
    nobody_free: "Nobody is free just now. The team sees that you are waiting.",
    out_of_hours: "Nobody is here at this hour.",
    closed_until: "Nobody is here until {when}.",
    nobody_here: "Nobody of the team is here right now.",
    one_online: "I have asked the team. One person is here.",
    many_online: "I have asked the team. {count} people are here.",
    usually_a_minute: "Somebody usually comes within a minute.",
    usually_minutes: "Somebody usually comes within {count} minutes.",
    place: "You are number {count} in line.",
    at_time: "{time}",
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    leave_email: "Leave your email address and the team can contact you.",
    go_on: "Or the assistant can go on meanwhile.",
    go_on_choice: "Go on with the assistant",
    keep_waiting: "Keep waiting",
    email_kept: "Thank you. The team can contact you at that address.",
    email_seen: "Thank you. The team reads that address here.",
    no_answer_aloud: "I have no answer to that.",
    yes_words: &["yes", "yeah", "yep", "yup", "sure", "right", "correct", "exactly", "okay", "ok"],
    no_words: &["no", "nope", "not", "neither", "none"],
    stay_on_line: "I have asked a person to join. Please stay on the line.",
    call_ends: "This call ends in a minute.",
};

const SPANISH: Texts = Texts {
    greeting: "¡Hola! Soy un asistente automático. Hazme una pregunta y buscaré la respuesta.",
    thanks: "¡De nada!",
    did_you_mean: "No sé si te he entendido bien. ¿Te refieres a alguna de estas?",
    none_of_these: "Ninguna de estas",
    do_you_mean: "¿Es esto lo que buscas? {question}",
    yes: "Sí",
    no: "No",
    ask_a_person: "Preguntar a una persona",
    of_course: "Claro.",
    no_answer_person: "No tengo respuesta para eso. He pedido a una persona que te ayude.",
    no_answer: "No tengo respuesta para eso. ¿Puedes decirlo con otras palabras?",
    rephrase: "Entonces pregúntame con otras palabras, por favor.",
    picture_person: "Gracias por la imagen. No puedo ver imágenes, así que he pedido a una persona que te ayude.",
    picture: "Gracias por la imagen. No puedo ver imágenes. ¿Puedes describirla con palabras?",
    file_person: "Gracias por el archivo. No puedo abrir archivos, así que he pedido a una persona que te ayude.",
    file: "Gracias por el archivo. No puedo abrir archivos. ¿Puedes contarme con palabras de qué trata?",
    here_again: "Aquí estoy otra vez. ¿Qué te gustaría saber?",
    source: "Fuente",
    failed: "Lo siento, no he podido responder. Inténtalo de nuevo.",
    limit_reached: "El asistente ya no puede responder hoy. Una persona aún puede ayudarte.",
    too_many: "El asistente ya ha respondido mucho aquí. Espera un poco o pide una persona.",
    nobody_free: "Ahora mismo no hay nadie libre. El equipo ve que estás esperando.",
    out_of_hours: "A esta hora no hay nadie.",
    closed_until: "No hay nadie hasta {when}.",
    nobody_here: "Ahora mismo no hay nadie del equipo.",
    one_online: "He avisado al equipo. Hay una persona.",
    many_online: "He avisado al equipo. Hay {count} personas.",
    usually_a_minute: "Normalmente viene alguien en un minuto.",
    usually_minutes: "Normalmente viene alguien en {count} minutos.",
    place: "Eres el número {count} de la cola.",
    at_time: "las {time}",
    days: ["el lunes", "el martes", "el miércoles", "el jueves", "el viernes", "el sábado", "el domingo"],
    leave_email: "Deja tu correo electrónico y el equipo podrá escribirte.",
    go_on: "O el asistente puede seguir mientras tanto.",
    go_on_choice: "Seguir con el asistente",
    keep_waiting: "Seguir esperando",
    email_kept: "Gracias. El equipo podrá escribirte a esa dirección.",
    email_seen: "Gracias. El equipo lee aquí esa dirección.",
    no_answer_aloud: "No tengo respuesta para eso.",
    yes_words: &["sí", "si", "claro", "exacto", "correcto", "vale", "eso"],
    no_words: &["no", "ninguna", "ninguno", "tampoco"],
    stay_on_line: "He pedido a una persona que se una. Por favor, no cuelgues.",
    call_ends: "Esta llamada termina en un minuto.",
};

const HEBREW: Texts = Texts {
    greeting: "שלום! אני עוזר אוטומטי. אפשר לשאול אותי שאלה ואחפש את התשובה.",
    thanks: "בשמחה!",
    did_you_mean: "לא בטוח שהבנתי. האם הכוונה לאחת מאלה?",
    none_of_these: "אף אחת מאלה",
    do_you_mean: "האם הכוונה היא: {question}",
    yes: "כן",
    no: "לא",
    ask_a_person: "לשאול נציג אנושי",
    of_course: "כמובן.",
    no_answer_person: "אין לי תשובה לשאלה הזו. ביקשתי מנציג אנושי לעזור לך.",
    no_answer: "אין לי תשובה לשאלה הזו. אפשר לנסח אותה במילים אחרות?",
    rephrase: "אם כך, אפשר לשאול שוב במילים אחרות.",
    picture_person: "תודה על התמונה. אינני יכול לראות תמונות, ולכן ביקשתי מנציג אנושי לעזור לך.",
    picture: "תודה על התמונה. אינני יכול לראות תמונות. אפשר לתאר אותה במילים?",
    file_person: "תודה על הקובץ. אינני יכול לפתוח קבצים, ולכן ביקשתי מנציג אנושי לעזור לך.",
    file: "תודה על הקובץ. אינני יכול לפתוח קבצים. אפשר לספר במילים במה מדובר?",
    here_again: "חזרתי. במה אפשר לעזור?",
    source: "מקור",
    failed: "מצטערים, לא הצלחתי לענות. אפשר לנסות שוב.",
    limit_reached: "העוזר לא יכול לענות עוד היום. נציג אנושי עדיין יכול לעזור לך.",
    too_many: "העוזר כבר ענה כאן הרבה. אפשר להמתין מעט או לבקש נציג אנושי.",
    nobody_free: "כרגע אין נציג פנוי. הצוות רואה שהבקשה שלך ממתינה.",
    out_of_hours: "אין כאן נציגים בשעה הזו.",
    closed_until: "אין כאן נציגים עד {when}.",
    nobody_here: "כרגע אין אף אחד מהצוות.",
    one_online: "פניתי לצוות. נציג אחד נמצא כאן.",
    many_online: "פניתי לצוות. {count} נציגים נמצאים כאן.",
    usually_a_minute: "בדרך כלל עונים תוך דקה.",
    usually_minutes: "בדרך כלל עונים תוך {count} דקות.",
    place: "מקומך בתור: {count}.",
    at_time: "השעה {time}",
    days: ["יום שני", "יום שלישי", "יום רביעי", "יום חמישי", "יום שישי", "יום שבת", "יום ראשון"],
    leave_email: "אפשר להשאיר כתובת אימייל והצוות יחזור אליך.",
    go_on: "ובינתיים העוזר יכול להמשיך.",
    go_on_choice: "להמשיך עם העוזר",
    keep_waiting: "להמשיך להמתין",
    email_kept: "תודה. הצוות יוכל ליצור איתך קשר בכתובת הזו.",
    email_seen: "תודה. הצוות רואה כאן את הכתובת.",
    no_answer_aloud: "אין לי תשובה לשאלה הזו.",
    yes_words: &["כן", "נכון", "בדיוק", "בטח"],
    no_words: &["לא"],
    stay_on_line: "ביקשתי מנציג אנושי להצטרף לשיחה. נא להישאר על הקו.",
    call_ends: "השיחה תסתיים בעוד דקה.",
};

/// The languages that the server itself speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    Spanish,
    Hebrew,
}

impl Tongue {
    /// What is said in this language.
    pub(super) fn choose<T>(self, english: T, spanish: T, hebrew: T) -> T {
        match self {
            Self::English => english,
            Self::Spanish => spanish,
            Self::Hebrew => hebrew,
        }
    }

    /// The language of a tag such as `es-MX`; English where it is none of these.
    pub(super) fn of(code: Option<&str>) -> Self {
        let primary = code.unwrap_or_default().split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "es" => Self::Spanish,
            // Some systems still use the former code of Hebrew.
            "he" | "iw" => Self::Hebrew,
            _ => Self::English,
        }
    }
}

/// The words in a language; English where there are none.
#[must_use]
pub fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Spanish => &SPANISH,
        Language::Hebrew => &HEBREW,
        Language::English | Language::Other(_) => &ENGLISH,
    }
}

/// The words in the language of a tag; English where there are none.
#[must_use]
pub fn texts_of(code: Option<&str>) -> &'static Texts {
    Tongue::of(code).choose(&ENGLISH, &SPANISH, &HEBREW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_the_first_part_of_its_tag() {
        for (code, tongue) in [
            ("es", Tongue::Spanish),
            ("es-MX", Tongue::Spanish),
            ("ES_es", Tongue::Spanish),
            ("he-IL", Tongue::Hebrew),
            ("iw", Tongue::Hebrew),
            ("est", Tongue::English),
            ("hex", Tongue::English),
            ("de", Tongue::English),
            ("", Tongue::English),
        ] {
            assert_eq!(Tongue::of(Some(code)), tongue, "{code}");
        }
        assert_eq!(Tongue::of(None), Tongue::English);
    }

    #[test]
    fn every_language_fills_in_the_same_facts() {
        let holes = |texts: &Texts| {
            let Texts { do_you_mean, closed_until, many_online, usually_minutes, place, at_time, .. } = texts;
            [do_you_mean, closed_until, many_online, usually_minutes, place, at_time].map(|text| {
                text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect::<Vec<_>>()
            })
        };

        assert_eq!(holes(&SPANISH), holes(&ENGLISH));
        assert_eq!(holes(&HEBREW), holes(&ENGLISH));
    }
}
