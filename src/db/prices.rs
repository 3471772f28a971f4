//! What models cost, where the platform set it itself.

use crate::db::{DbError, handle, on_readers, on_tx, record};
use crate::model::PriceRow;

record!(PriceRow {
    model,
    valid_from,
    input_nano_usd,
    cached_input_nano_usd,
    output_nano_usd,
    audio_input_nano_usd,
    audio_output_nano_usd,
    cached_audio_input_nano_usd,
    minute_nano_usd
});

handle!(
    /// Prices that the platform set itself.
    Prices
);

impl Prices<'_> {
    /// Prices that the platform set itself.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn list(self) -> Result<Vec<PriceRow>, DbError> {
        Ok(on_readers!(self.db, pool => {
            sqlx::query_as("select * from prices order by model, valid_from").fetch_all(pool).await?
        }))
    }

    /// Sets what a model costs from a day on.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn put(self, price: &PriceRow, now_ms: i64) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        on_tx!(&mut tx, connection => {
            sqlx::query(
                "insert into prices (model, valid_from, input_nano_usd, cached_input_nano_usd, output_nano_usd, \
                 audio_input_nano_usd, audio_output_nano_usd, created_at, cached_audio_input_nano_usd, minute_nano_usd) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                 on conflict (model, valid_from) do update set input_nano_usd = excluded.input_nano_usd, \
                 cached_input_nano_usd = excluded.cached_input_nano_usd, output_nano_usd = excluded.output_nano_usd, \
                 audio_input_nano_usd = excluded.audio_input_nano_usd, audio_output_nano_usd = excluded.audio_output_nano_usd, \
                 cached_audio_input_nano_usd = excluded.cached_audio_input_nano_usd, \
                 minute_nano_usd = excluded.minute_nano_usd",
            )
            .bind(&price.model).bind(&price.valid_from).bind(price.input_nano_usd).bind(price.cached_input_nano_usd)
            .bind(price.output_nano_usd).bind(price.audio_input_nano_usd).bind(price.audio_output_nano_usd).bind(now_ms)
            .bind(price.cached_audio_input_nano_usd).bind(price.minute_nano_usd)
            .execute(connection).await?;
        });
        Ok(tx.commit().await?)
    }
}
