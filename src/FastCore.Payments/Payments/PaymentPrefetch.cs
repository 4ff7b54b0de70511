using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// Brings into memory what a batch and the timers due with it will touch, so that nothing after it waits for the disk:
/// index entries first, then the rows they lead to, then the orders that payments name. A new payment needs no row, so
/// for those the second step is taken only while something is on disk, be it an index entry or a row.
/// </summary>
internal sealed class PaymentPrefetch(PaymentStore store, IPaymentScreen? screen)
{
    private RecordKey[] _keys = new RecordKey[1024];
    private int _count;

    public void Clear() => _count = 0;

    public void Begin(Operation operation, ReadOnlySpan<byte> body)
    {
        switch (operation)
        {
            case Operation.CreatePayments:
                Begin(MemoryMarshal.Cast<byte, CreatePayment>(body));
                break;
            case Operation.CreateObservedPayments:
                Begin(MemoryMarshal.Cast<byte, ObservedPayment>(body));
                break;
            case Operation.CapturePayments:
                Begin(MemoryMarshal.Cast<byte, PaymentAction>(body), RecordKinds.Capture);
                break;
            case Operation.VoidPayments:
                Begin(MemoryMarshal.Cast<byte, PaymentAction>(body), RecordKinds.Void);
                break;
            case Operation.RefundPayments:
                Begin(MemoryMarshal.Cast<byte, PaymentAction>(body), RecordKinds.Refund);
                break;
            case Operation.FundMerchants:
                Begin(MemoryMarshal.Cast<byte, PaymentAction>(body), RecordKinds.Fund);
                break;
            case Operation.CreateOrders:
                Begin(MemoryMarshal.Cast<byte, CreateOrder>(body));
                break;
            case Operation.ConnectorAnswers:
                Begin(MemoryMarshal.Cast<byte, ConnectorAnswer>(body));
                break;
        }
    }

    public void Complete()
    {
        WantDue();
        if (_count == 0)
        {
            return;
        }

        // What is behind a payment is known once its row is here.
        bool followsOrders = store.Index.NeedsPrefetch || store.Orders.NeedsPrefetch;
        FetchRows(followsOrders);
        if (_count != 0)
        {
            FetchRows(followsOrders: false);
        }

        _count = 0;
    }

    // Of the ids wanted, few are known; what they lead to is wanted next.
    private void FetchRows(bool followsOrders)
    {
        int known = store.Index.Prefetch(_keys.AsSpan(0, _count));
        store.Index.CompletePrefetch();
        _count = known;
        for (int i = 0; i < known; i++)
        {
            FetchRow(_keys[i], followsOrders);
        }

        _keys.AsSpan(known, _count - known).CopyTo(_keys);
        _count -= known;
    }

    private void FetchRow(in RecordKey key, bool followsOrders)
    {
        if (!store.Index.TryGet(key, out ulong position))
        {
            return;
        }

        switch ((byte)(key.Scope >> 56))
        {
            case RecordKinds.Payment:
                store.Payments.Prefetch((long)position);
                if (followsOrders)
                {
                    WantOrderOf(store.Payments.Get((long)position));
                }

                break;
            case RecordKinds.Order:
            case RecordKinds.Receipt:
                store.Orders.Prefetch((long)position);
                break;
            default:
                store.Actions.Prefetch((long)position);
                break;
        }
    }

    private void WantOrderOf(in PaymentRow payment)
    {
        if (payment.OrderId != 0)
        {
            Want(payment.OrderId, RecordKinds.Order, payment.Merchant);
        }
    }

    // A capture window ends long after its payment was new, so what its timer touches is the coldest of all.
    private void WantDue()
    {
        ulong nowNs = store.Time.BatchNs;
        if (store.Timers.NextDueNs > nowNs || !IsSomethingOnDisk)
        {
            return;
        }

        int place = 0;
        while (store.Timers.TryPeekDue(nowNs, ref place, out bool isCall, out int slot))
        {
            if (!isCall)
            {
                ref readonly OpenPaymentRow open = ref store.Open.Read(slot);
                Want(open.Id, RecordKinds.Payment, open.Merchant);
                continue;
            }

            ref readonly CallRow call = ref store.Calls.Read(slot);
            Want(call.PaymentId, RecordKinds.Payment, call.Merchant);
            if (call.ActionId != 0)
            {
                Want(call.ActionId, call.ActionKind, call.Merchant);
            }
        }
    }

    private bool IsSomethingOnDisk =>
        store.Index.NeedsPrefetch || store.Payments.NeedsPrefetch || store.Orders.NeedsPrefetch
        || store.Actions.NeedsPrefetch;

    /// <summary>A verdict will look at a payment.</summary>
    public void BeginReview(ulong merchant, UInt128 payment) => Want(payment, RecordKinds.Payment, merchant);

    private void Begin(ReadOnlySpan<CreatePayment> requests)
    {
        bool mayBeOnDisk = store.Index.NeedsPrefetch || store.Payments.NeedsPrefetch;
        foreach (ref readonly CreatePayment request in requests)
        {
            Begin(request, isCardHere: true, mayBeOnDisk);
        }
    }

    private void Begin(ReadOnlySpan<ObservedPayment> requests)
    {
        bool mayBeOnDisk = store.Index.NeedsPrefetch || store.Payments.NeedsPrefetch;
        foreach (ref readonly ObservedPayment request in requests)
        {
            Begin(request.Payment, request.Card.IsCardHere, mayBeOnDisk);
        }
    }

    private void Begin(in CreatePayment request, bool isCardHere, bool mayBeOnDisk)
    {
        if (mayBeOnDisk)
        {
            Want(request.Id, RecordKinds.Payment, request.Merchant);
        }

        if (request.OrderId != 0)
        {
            Want(request.OrderId, RecordKinds.Order, request.Merchant);
        }

        if (screen is { IsActive: true })
        {
            screen.Prefetch(request, isCardHere);
        }
    }

    private void Begin(ReadOnlySpan<PaymentAction> requests, byte kind)
    {
        foreach (ref readonly PaymentAction request in requests)
        {
            store.Merchants.Prefetch(new MerchantKey(request.Merchant));
            Want(request.Id, kind, request.Merchant);
            if (request.PaymentId != 0)
            {
                Want(request.PaymentId, RecordKinds.Payment, request.Merchant);
            }
        }
    }

    private void Begin(ReadOnlySpan<CreateOrder> requests)
    {
        foreach (ref readonly CreateOrder request in requests)
        {
            Want(request.Id, RecordKinds.Order, request.Merchant);
            if (request.ReceiptLength is > 0 and <= Receipt.Size)
            {
                UInt128 hash = OrderOperations.HashOf(request.Receipt, request.ReceiptLength);
                Want(hash, RecordKinds.Receipt, request.Merchant);
            }
        }
    }

    private void Begin(ReadOnlySpan<ConnectorAnswer> answers)
    {
        foreach (ref readonly ConnectorAnswer answer in answers)
        {
            Want(answer.PaymentId, RecordKinds.Payment, answer.Merchant);
            if (answer.ActionId != 0)
            {
                byte kind = answer.Kind switch
                {
                    ConnectorCallKind.Capture => RecordKinds.Capture,
                    ConnectorCallKind.Void => RecordKinds.Void,
                    _ => RecordKinds.Refund,
                };
                Want(answer.ActionId, kind, answer.Merchant);
            }
        }
    }

    private void Want(UInt128 id, byte kind, ulong merchant)
    {
        // A merchant out of range is refused later; here it must not spill into the kind.
        RecordKey key = RecordKey.Of(id, kind, merchant & Limits.BookMax);
        if (_count == _keys.Length)
        {
            // Grows to the largest batch ever seen, then allocates no more.
            Array.Resize(ref _keys, _keys.Length * 2);
        }

        _keys[_count++] = key;
    }
}
