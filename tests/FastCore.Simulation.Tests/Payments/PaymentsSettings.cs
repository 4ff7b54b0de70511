using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Tests.Payments;

/// <summary>What engine and model are opened with: the same, unless a control wants a difference found.</summary>
internal sealed class PaymentsSettings
{
    public LedgerOptions Ledger { get; init; } = new() { AccountsMax = 4_096, OpenPendingsMax = 1 << 16 };

    public PaymentsOptions ModelPayments { get; init; } = Payments();

    public PaymentsOptions EnginePayments { get; init; } = Payments();

    /// <summary>What the engine is given in place of a request.</summary>
    public Func<SimulatedRequest, SimulatedRequest> Tamper { get; init; } = request => request;

    /// <summary>Tables that nothing of a run fills.</summary>
    public static PaymentsOptions Payments() => new()
    {
        MerchantsMax = 64,
        OpenPaymentsMax = 4_096,
        OpenCallsMax = 4_096,
        CaptureWindowS = 20,
        AnswerTimeoutMs = 3_000,
        SyncScheduleMs = [500, 1_000, 2_500],
        ResendsMax = 1,
    };

    /// <summary>Tables that are full most of the time.</summary>
    public static PaymentsSettings Small()
    {
        static PaymentsOptions Options()
        {
            PaymentsOptions options = Payments();
            (options.MerchantsMax, options.OpenPaymentsMax, options.OpenCallsMax) = (5, 12, 6);
            return options;
        }

        return new PaymentsSettings
        {
            Ledger = new LedgerOptions { AccountsMax = 4_096, OpenPendingsMax = 8 },
            ModelPayments = Options(),
            EnginePayments = Options(),
        };
    }
}
