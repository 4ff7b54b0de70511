namespace FastCore.Cli.Cards;

/// <summary>One line of a card transaction file.</summary>
/// <param name="TransactionId">Rising number.</param>
/// <param name="Seconds">Unix time in seconds, UTC.</param>
/// <param name="CustomerId">Who paid.</param>
/// <param name="TerminalId">Where.</param>
/// <param name="AmountMinor">How much, in hundredths.</param>
/// <param name="Fraud">Known only later.</param>
/// <param name="Scenario">0 genuine, 1–3 which fraud.</param>
internal readonly record struct CardTransaction(
    ulong TransactionId,
    ulong Seconds,
    ulong CustomerId,
    ulong TerminalId,
    ulong AmountMinor,
    bool Fraud,
    byte Scenario)
{
    /// <summary>The header line of the format.</summary>
    public const string Header = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,AMOUNT,FRAUD,SCENARIO";

    /// <summary>Columns of a line.</summary>
    public const int Columns = 7;
}
