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
};

/// The words in a language; English where there are none.
#[must_use]
pub fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Spanish => &SPANISH,
        Language::English | Language::Hebrew | Language::Other(_) => &ENGLISH,
    }
}

/// The words in the language of a code.
#[must_use]
pub fn texts_of(code: Option<&str>) -> &'static Texts {
    if code.is_some_and(|code| code.starts_with("es")) { &SPANISH } else { &ENGLISH }
}
