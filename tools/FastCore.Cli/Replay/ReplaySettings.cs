namespace FastCore.Cli.Replay;

/// <summary>How card transactions become payments.</summary>
internal sealed record ReplaySettings
{
    /// <summary>Payments in a request.</summary>
    public int Batch { get; init; } = 1_024;

    /// <summary>Requests in flight at most.</summary>
    public int InFlight { get; init; } = 8;

    /// <summary>Currency of all merchants, ISO 4217 number; also the ledger of their accounts.</summary>
    public uint Currency { get; init; } = 356;

    /// <summary>Fee, millionths of the amount.</summary>
    public uint FeePpm { get; init; } = 20_000;

    /// <summary>Tax on the fee, millionths of the fee.</summary>
    public uint TaxPpm { get; init; } = 180_000;

    /// <summary>Money put into each merchant's clearing account, minor units.</summary>
    public ulong Prefund { get; init; } = 10_000_000_000_000;

    /// <summary>
    /// Cards and terminals are told, labels a week later, and what was decided is looked up and judged.
    /// </summary>
    public bool Scored { get; init; }

    /// <summary>Days at the end of the file that scores are judged on.</summary>
    public int JudgedDays { get; init; } = 7;
}
