namespace FastCore.Payments.Payments;

/// <summary>
/// Settings of the payments machine of one partition. All of them shape the state, so a data directory must always be
/// opened with the same ones.
/// </summary>
public sealed class PaymentsOptions
{
    /// <summary>Merchants of the partition at most.</summary>
    public int MerchantsMax { get; set; } = 1 << 20;

    /// <summary>Payments at most that wait for a connector or for their capture.</summary>
    public int OpenPaymentsMax { get; set; } = 1 << 22;

    /// <summary>
    /// Connector calls at most that wait for an answer; beyond, requests are refused. As many again may undo late
    /// approvals, and what expires is always released.
    /// </summary>
    public int OpenCallsMax { get; set; } = 1 << 20;

    /// <summary>
    /// Seconds in which an authorized payment must be captured, when neither it nor its merchant says otherwise.
    /// </summary>
    public uint CaptureWindowS { get; set; } = 3 * 24 * 60 * 60;

    /// <summary>Milliseconds after which a call without an answer counts as one of unknown outcome.</summary>
    public uint AnswerTimeoutMs { get; set; } = 30_000;

    /// <summary>
    /// Milliseconds before each status poll of a call of unknown outcome; its length is the cap for authorizations,
    /// other calls go on at the last interval until the connector tells.
    /// </summary>
    public IReadOnlyList<uint> SyncScheduleMs { get; set; } = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000];

    /// <summary>
    /// How often a refund or void that surely was not done is sent again before it fails; automatic ones never fail.
    /// </summary>
    public ushort ResendsMax { get; set; } = 5;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MerchantsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OpenPaymentsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(OpenCallsMax, 1);
        ArgumentOutOfRangeException.ThrowIfZero(CaptureWindowS);
        ArgumentOutOfRangeException.ThrowIfZero(AnswerTimeoutMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(SyncScheduleMs.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SyncScheduleMs.Count, ushort.MaxValue);
    }
}
