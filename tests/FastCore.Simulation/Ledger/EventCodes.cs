using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// The codes of a request's events before their own rules; the numbers differ between accounts and transfers.
/// </summary>
internal sealed record EventCodes(
    uint ImportedEventExpected,
    uint ImportedEventNotExpected,
    uint ImportedEventTimestampOutOfRange,
    uint ImportedEventTimestampMustNotAdvance)
{
    public static EventCodes OfAccounts { get; } = new(
        (uint)CreateAccountStatus.ImportedEventExpected,
        (uint)CreateAccountStatus.ImportedEventNotExpected,
        (uint)CreateAccountStatus.ImportedEventTimestampOutOfRange,
        (uint)CreateAccountStatus.ImportedEventTimestampMustNotAdvance);

    public static EventCodes OfTransfers { get; } = new(
        (uint)CreateTransferStatus.ImportedEventExpected,
        (uint)CreateTransferStatus.ImportedEventNotExpected,
        (uint)CreateTransferStatus.ImportedEventTimestampOutOfRange,
        (uint)CreateTransferStatus.ImportedEventTimestampMustNotAdvance);
}
