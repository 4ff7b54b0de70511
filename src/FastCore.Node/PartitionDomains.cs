using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Fraud.Scoring;
using FastCore.Node.Fraud;
using FastCore.Node.Knobs;
using FastCore.Node.Memory;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Seats;

namespace FastCore.Node;

/// <summary>The domains of one partition over its storage. The one place that knows them all.</summary>
internal sealed class PartitionDomains : IDisposable
{
    private readonly PageReserve _reserve;

    /// <summary>Makes the domains.</summary>
    /// <param name="context">The partition.</param>
    /// <param name="settings">What shapes the state.</param>
    /// <param name="fraud">Null when the node scores nothing.</param>
    /// <param name="knobs">The node's knobs; null where a journal is only replayed.</param>
    /// <param name="memory">The node's table of memory; null where a journal is only replayed.</param>
    /// <param name="number">The partition's number.</param>
    /// <param name="ticketKey">Signs tickets of waiting rooms; null where a journal is only replayed.</param>
    /// <param name="tableReserveBytes">Memory of the tables that is touched now.</param>
    public PartitionDomains(
        PartitionContext context, StateSettings settings, FraudSetup? fraud, KnobControl? knobs = null,
        MemoryControl? memory = null, int number = 0, byte[]? ticketKey = null, long tableReserveBytes = 0)
    {
        _reserve = new PageReserve(tableReserveBytes);
        Ledger = new LedgerMachine(context, settings.Ledger);
        Seats = settings.Seats is null ? null : new SeatsMachine(context, settings.Seats, ticketKey);
        if (fraud is null)
        {
            Payments = new PaymentsMachine(context, Ledger.Ledger, settings.Payments);
            Machine = Compose(Ledger, Payments, Seats);
            return;
        }

        ReviewedPayments reviewed = new();
        Fraud = new FraudMachine(
            context, fraud.Options, fraud.Features, KeysOf(context.Storage.Partition, fraud.Partitions),
            fraud.Policies, reviewed, fraud.StageClock);
        Payments = new PaymentsMachine(context, Ledger.Ledger, settings.Payments, new PaymentScreen(Fraud));
        reviewed.Payments = Payments;
        Machine = Compose(Ledger, Payments, Fraud, Seats);

        PartitionMachine Compose(params IStateMachine?[] domains)
        {
            IStateMachine[] present = [.. domains.OfType<IStateMachine>()];
            IStatePart[] parts = [.. present.SelectMany(domain => domain.Parts)];
            _reserve.Serve(parts);
            IMemoryUser[] users = [context.Storage, _reserve, .. parts.OfType<IMemoryUser>()];
            return new PartitionMachine(context, [.. present, new NodeMachine(context, knobs, memory, users, number)]);
        }
    }

    public LedgerMachine Ledger { get; }

    public PaymentsMachine Payments { get; }

    /// <summary>Null when the node scores nothing.</summary>
    public FraudMachine? Fraud { get; }

    /// <summary>Null when the node sells no seats.</summary>
    public SeatsMachine? Seats { get; }

    public PartitionMachine Machine { get; }

    public void Dispose()
    {
        Seats?.Dispose();
        Fraud?.Dispose();
        Payments.Dispose();
        Ledger.Dispose();
        _reserve.Dispose();
    }

    // Null = every key, since there is no other partition.
    private static Predicate<ulong>? KeysOf(int partition, int partitions) =>
        partitions == 1 ? null : key => PartitionMap.Of(key, partitions) == partition;
}
