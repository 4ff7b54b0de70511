namespace FastCore.Protocol.Fraud;

/// <summary>Largest values that the fraud operations accept.</summary>
public static class FraudLimits
{
    /// <summary>Largest amount: 2^53 − 1, what a double still holds exactly.</summary>
    public const ulong AmountMax = (1UL << 53) - 1;

    /// <summary>How far ahead of the commit time a transaction may say that it happened: five minutes.</summary>
    public const ulong AheadNsMax = 300_000_000_000;

    /// <summary>
    /// Transactions in one request at most, and payments where payments are screened: a request with the features of
    /// its cards is larger than what the client sent.
    /// </summary>
    public const int TransactionsPerRequestMax = 4096;

    /// <summary>Whole numbers that the partition of a card hands over to that of the merchant.</summary>
    public const int CardValuesMax = 12;

    /// <summary>Bytes of the name of a list, in UTF-8.</summary>
    public const int ListNameBytesMax = 64;
}
