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

    /// <summary>Bytes of the name of a rule, list, model or feature where it is told, in UTF-8.</summary>
    public const int NameBytesMax = 64;

    /// <summary>Bytes of the name of a file that a policy names, in UTF-8, where it is put in force remotely.</summary>
    public const int PolicyFileNameBytesMax = 96;

    /// <summary>Files with which a policy is put in force, the policy itself among them.</summary>
    public const int PolicyFilesMax = 257;

    /// <summary>Bytes of text in one row of an answer about a policy.</summary>
    public const int PolicyTextBytesMax = 128;

    /// <summary>Rows of an answer about a policy; mistakes that have no room are not told.</summary>
    public const int PolicyAnswersMax = 256;

    /// <summary>Bytes of one file that is uploaded. A larger one is put in force on the server's machine.</summary>
    public const int UploadBytesMax = 32 << 20;

    /// <summary>Bytes of all files of a node that were uploaded and belong to no policy yet.</summary>
    public const int UploadsBytesMax = 64 << 20;

    /// <summary>How long such a file is kept without a word about it: ten minutes.</summary>
    public const int UploadIdleMs = 600_000;

    /// <summary>Decisions that metrics are computed from, at most.</summary>
    public const int MetricDecisionsMax = 100_000;
}
