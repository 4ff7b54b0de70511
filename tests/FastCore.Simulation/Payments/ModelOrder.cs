using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>An order.</summary>
internal sealed class ModelOrder(CreateOrder request)
{
    /// <summary>As a lookup tells it, but for the state, which depends on the time.</summary>
    public OrderRecord Record;

    public CreateOrder Request { get; } = request;

    public bool IsPartial => (Request.Flags & OrderFlags.PartialPayment) != 0;

    public bool IsExpiredAt(ulong nowNs) => Record.ExpiresAt != 0 && Record.ExpiresAt <= nowNs;

    public OrderRecord RecordAt(ulong nowNs)
    {
        OrderRecord record = Record;
        record.State = record.AmountPaid == record.Amount ? OrderState.Paid
            : IsExpiredAt(nowNs) ? OrderState.Expired
            : record.Attempts != 0 ? OrderState.Attempted
            : OrderState.Created;
        return record;
    }
}
