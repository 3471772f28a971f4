// Signs that agents write by name behind a colon; words in English and Spanish, found whatever language is shown.

export interface Sign {
  sign: string;
  words: readonly string[];
}

const LIST = `
😀 grin sonrisa happy feliz
😄 smile sonreir laugh
😂 joy risa laugh tears
🙂 slight_smile sonrisa
😉 wink guino
😊 blush sonrojo happy
😍 heart_eyes enamorado love
🥰 smiling_hearts carino love
😘 kiss beso
😎 cool gafas sunglasses
🤔 thinking pensar hmm
😐 neutral neutro
😅 sweat_smile sudor phew
😬 grimace mueca
🙄 eye_roll ojos
😌 relieved alivio
😔 pensive triste sad
😢 cry llorar sad triste
😭 sob llanto cry
😤 huff enfado
😡 angry enojado mad
😱 scream grito shock
😮 surprised sorpresa wow
🥺 please suplica pleading
😴 sleep dormir tired
🤒 sick enfermo ill
🤯 mind_blown asombro
🤗 hug abrazo
🤝 handshake acuerdo deal
👍 thumbs_up pulgar ok yes si
👎 thumbs_down pulgar no
👌 ok_hand vale perfect
👏 clap aplauso bravo
🙌 hooray hurra celebrate
👋 wave hola hello adios bye
🙏 pray gracias thanks please
💪 strong fuerza muscle
🤞 fingers_crossed suerte luck
👀 eyes ojos look mirar
❤️ heart corazon love amor
💔 broken_heart corazon
💯 hundred cien
✨ sparkles brillo
⭐ star estrella
🔥 fire fuego
🎉 party fiesta tada celebrate
🎁 gift regalo present
☀️ sun sol
🌧️ rain lluvia
❄️ snow nieve
☕ coffee cafe
🍰 cake pastel
🍕 pizza
🌸 flower flor
🌻 sunflower girasol
🍀 luck trebol clover
🐶 dog perro
🐱 cat gato
💡 idea lamp lampara bulb
🛒 cart carrito shopping
📦 package paquete parcel
🚚 truck camion delivery envio
✈️ plane avion
🚗 car coche
🏠 house casa home
📱 phone movil telefono
💻 laptop computer ordenador
📷 camera camara photo
🔧 wrench llave tool fix
🔑 key llave
🔒 lock candado
📎 paperclip clip
📄 page documento document
📧 email correo mail
📞 call llamada telephone
📅 calendar calendario date
⏰ alarm despertador clock reloj
⏳ hourglass espera wait
💶 euro dinero money
💳 card tarjeta credit
✅ check hecho done yes
❌ cross no wrong
❓ question pregunta
❗ exclamation aviso important
⚠️ warning aviso atencion
➡️ right derecha arrow
⬅️ left izquierda arrow
🚀 rocket cohete
`;

export const SIGNS: readonly Sign[] = LIST.trim()
  .split('\n')
  .map((line) => {
    const [sign = '', ...words] = line.split(' ');
    return { sign, words };
  });
