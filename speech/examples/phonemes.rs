//! Prints the phonemes of each line that is given: `phonemes MODEL < TEXT`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = std::env::args().nth(1).ok_or("which model?")?;
    let voice = speech::Voice::load(model.as_ref())?;
    for line in std::io::stdin().lines() {
        println!("{}", voice.phonemes(&line?));
    }
    Ok(())
}
