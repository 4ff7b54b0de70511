namespace FastCore.Payments.Payments;

/// <summary>
/// Kinds of records in the partition's index, the top byte of a key's scope. The ledger's are below 16. A kind is
/// stored in histories and never changes its meaning.
/// </summary>
internal static class RecordKinds
{
    public const byte Payment = 16;
    public const byte Order = 17;

    /// <summary>The receipt of an order, by the first 128 bits of its SHA-256; collisions probe the next id.</summary>
    public const byte Receipt = 18;

    public const byte Capture = 20;
    public const byte Void = 21;
    public const byte Refund = 22;
    public const byte Fund = 23;

    /// <summary>
    /// The undoing of a late approval of attempt n has kind <see cref="LateApproval"/> + n and the payment's id, so
    /// that there can be one only.
    /// </summary>
    public const byte LateApproval = 32;

    public static bool IsLateApproval(byte kind) => kind is > LateApproval and <= LateApproval + 15;
}
