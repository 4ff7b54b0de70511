using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;

namespace FastCore.Payments.Tests.Payments;

/// <summary>The two domains of a partition composed as the node composes them, with the clock's part first.</summary>
internal sealed class LedgerAndPayments : IStateMachine, IDisposable
{
    public LedgerAndPayments(
        PartitionContext context, PaymentsOptions options, int openPendingsMax = 1 << 16, IPaymentScreen? screen = null)
    {
        Ledger = new LedgerMachine(
            context, new LedgerOptions { AccountsMax = 1 << 16, OpenPendingsMax = openPendingsMax });
        Payments = new PaymentsMachine(context, Ledger.Ledger, options, screen);
        Parts = [context.Time, .. Ledger.Parts, .. Payments.Parts];
    }

    public LedgerMachine Ledger { get; }

    public PaymentsMachine Payments { get; }

    public IReadOnlyList<IStatePart> Parts { get; }

    public ulong NextTimerNs => Math.Min(Ledger.NextTimerNs, Payments.NextTimerNs);

    public ulong TimerLimitNs(ulong timeNs, int timersMax) =>
        Payments.TimerLimitNs(Ledger.TimerLimitNs(timeNs, timersMax), timersMax);

    public CommandKind KindOf(ushort operation) => DomainOf(operation).KindOf(operation);

    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) =>
        DomainOf(command.Operation).Prefetch(command, body);

    public void CompletePrefetch()
    {
        Ledger.CompletePrefetch();
        Payments.CompletePrefetch();
    }

    public void BeginBatch()
    {
        Ledger.BeginBatch();
        Payments.BeginBatch();
    }

    public void FireTimers()
    {
        Ledger.FireTimers();
        Payments.FireTimers();
    }

    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply) =>
        DomainOf(command.Operation).Execute(command, body, reply);

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        DomainOf(command.Operation).Read(command, body, ref cursor, reply, out length);

    public void RebuildDerived()
    {
        Ledger.RebuildDerived();
        Payments.RebuildDerived();
    }

    public void ResumeEffects() => Payments.ResumeEffects();

    public string? CheckInvariants() => Ledger.CheckInvariants() ?? Payments.CheckInvariants();

    public void Dispose()
    {
        Payments.Dispose();
        Ledger.Dispose();
    }

    private IStateMachine DomainOf(ushort operation) => operation is < 200 or 901 ? Ledger : Payments;
}
