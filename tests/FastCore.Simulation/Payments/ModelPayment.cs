using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>A payment.</summary>
internal sealed class ModelPayment(CreatePayment request)
{
    /// <summary>As a lookup tells it.</summary>
    public PaymentRecord Record;

    public CreatePayment Request { get; } = request;

    public required ModelMerchant Merchant { get; init; }

    /// <summary>The order that it pays, or null.</summary>
    public ModelOrder? Order { get; init; }

    /// <summary>The first final answer, which every repetition gets; null while a connector is awaited.</summary>
    public PaymentResult? Answer { get; set; }

    /// <summary>Place among the open payments; null when nothing is expected of it any more.</summary>
    public int? Place { get; set; }

    /// <summary>The authorization, capture or void that waits for its connector.</summary>
    public ModelCall? OpenCall { get; set; }

    /// <summary>Whether the window ended while a capture or void was under way.</summary>
    public bool IsOverdue { get; set; }

    /// <summary>What the books hold for captures to come.</summary>
    public object? Held { get; set; }

    public bool IsManual => (Request.Flags & PaymentFlags.ManualCapture) != 0;

    public bool IsInstant => Record.ConnectorUsed == 0;

    public bool IsCapturable => Record.State is PaymentState.Authorized or PaymentState.PartiallyCaptured;

    public ulong Uncaptured => Record.Amount - Record.AmountCaptured;

    public ulong Refundable => Record.AmountCaptured - Record.AmountRefunded - Record.AmountRefunding;

    /// <summary>The account that pays the merchant.</summary>
    public MerchantAccount Source => IsInstant ? MerchantAccount.Clearing : MerchantAccount.Receivable;

    /// <summary>The state of one that nothing is left to capture of.</summary>
    public PaymentState ClosedState =>
        Record.AmountRefunded == 0 ? PaymentState.Captured
        : Record.AmountRefunded == Record.AmountCaptured ? PaymentState.Refunded
        : PaymentState.PartiallyRefunded;
}
