using FastCore.Engine.Partitions;
using FastCore.Fraud.Scoring;
using FastCore.Node.Fraud;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;

namespace FastCore.Node;

/// <summary>The domains of one partition over its storage. The one place that knows them all.</summary>
internal sealed class PartitionDomains : IDisposable
{
    public PartitionDomains(PartitionContext context, StateSettings settings, FraudSetup? fraud)
    {
        Ledger = new LedgerMachine(context, settings.Ledger);
        if (fraud is null)
        {
            Payments = new PaymentsMachine(context, Ledger.Ledger, settings.Payments);
            Machine = new PartitionMachine(context, Ledger, Payments);
            return;
        }

        ReviewedPayments reviewed = new();
        Fraud = new FraudMachine(
            context, fraud.Options, fraud.Features, fraud.IsAlone, fraud.Policies, reviewed, fraud.StageClock);
        Payments = new PaymentsMachine(context, Ledger.Ledger, settings.Payments, new PaymentScreen(Fraud));
        reviewed.Payments = Payments;
        Machine = new PartitionMachine(context, Ledger, Payments, Fraud);
    }

    public LedgerMachine Ledger { get; }

    public PaymentsMachine Payments { get; }

    /// <summary>Null when the node scores nothing.</summary>
    public FraudMachine? Fraud { get; }

    public PartitionMachine Machine { get; }

    public void Dispose()
    {
        Fraud?.Dispose();
        Payments.Dispose();
        Ledger.Dispose();
    }
}
