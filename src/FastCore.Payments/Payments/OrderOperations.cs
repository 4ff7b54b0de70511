using System.Buffers.Binary;
using System.Security.Cryptography;
using FastCore.Engine.Ports;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// Opens orders and keeps their sums. What open payments may still capture is set aside, so payments of one order can
/// never capture more than is due, whatever the order of their captures.
/// </summary>
internal sealed class OrderOperations(PaymentStore store)
{
    private const ulong NsPerS = 1_000_000_000;

    public PaymentResult Create(in CreateOrder request)
    {
        PaymentStatus broken = PaymentRules.CheckEnvelope(request);
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        int slot = store.Merchants.Find(new MerchantKey(request.Merchant));
        if (slot < 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.MerchantNotFound);
        }

        if (store.TryFind(request.Id, RecordKinds.Order, request.Merchant, out long position))
        {
            ref readonly OrderRow known = ref store.Orders.Get(position);
            broken = RequestComparison.Compare(request, known);
            return broken != 0 ? PaymentAnswers.Refusal(broken) : PaymentAnswers.Repeated(AnswerOf(known));
        }

        broken = PaymentRules.CheckContent(request, store.Merchants.Read(slot));
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        RecordKey receiptKey = default;
        if (request.ReceiptLength != 0 && !TryFreeReceipt(request, out receiptKey))
        {
            return PaymentAnswers.Refusal(PaymentStatus.ReceiptNotUnique);
        }

        OrderRow row = new();
        ref OrderRecord order = ref row.Record;
        order.Id = request.Id;
        order.Merchant = request.Merchant;
        order.Amount = request.Amount;
        order.AmountDue = request.Amount;
        order.Currency = request.Currency;
        order.Flags = request.Flags;
        order.ReceiptLength = request.ReceiptLength;
        order.Receipt = request.Receipt;
        order.UserData64 = request.UserData64;
        order.UserData128 = request.UserData128;
        order.ExpiresInS = request.ExpiresInS;
        order.ExpiresAt = request.ExpiresInS == 0 ? 0 : store.Time.BatchNs + (request.ExpiresInS * NsPerS);
        if (request.ReceiptLength != 0)
        {
            store.Index.Set(receiptKey, (ulong)store.Orders.Count);
        }

        store.AppendOrder(ref row, -1);
        return AnswerOf(row);
    }

    /// <summary>Whether a payment of an amount may be tried on the order now.</summary>
    public PaymentStatus CheckPayable(in OrderRow row, ulong amount)
    {
        ref readonly OrderRecord order = ref row.Record;
        if (order.AmountDue == 0)
        {
            return PaymentStatus.OrderAlreadyPaid;
        }

        if (row.IsExpiredAt(store.Time.BatchNs))
        {
            return PaymentStatus.OrderExpired;
        }

        bool isPartial = (order.Flags & OrderFlags.PartialPayment) != 0;
        if (amount > order.AmountDue || (!isPartial && amount != order.AmountDue))
        {
            return PaymentStatus.OrderAmountDiffers;
        }

        return amount > order.AmountDue - order.AmountOpen ? PaymentStatus.OrderHasOpenPayment : 0;
    }

    /// <summary>
    /// A payment was tried: what it may capture, and what it captured already, or neither when it failed.
    /// </summary>
    public void Tried(in PaymentRow payment, ulong open, ulong captured)
    {
        if (payment.OrderId != 0)
        {
            Change(payment, isTry: true, (long)open, captured);
        }
    }

    /// <summary>An open payment captured an amount and let another go.</summary>
    public void Resolved(in PaymentRow payment, ulong captured, ulong released)
    {
        if (payment.OrderId != 0 && captured + released != 0)
        {
            Change(payment, isTry: false, -(long)(captured + released), captured);
        }
    }

    /// <summary>The newest version of a payment's order; it has one.</summary>
    public ref readonly OrderRow OrderOf(in PaymentRow payment, out long position)
    {
        if (!store.TryFind(payment.OrderId, RecordKinds.Order, payment.Merchant, out position))
        {
            throw new InvalidOperationException("The order of a payment is not in the index.");
        }

        return ref store.Orders.Get(position);
    }

    /// <summary>Enters an order's receipt into the index (recovery).</summary>
    public void RebuildReceipt(in OrderRow row, long position)
    {
        if (row.Record.ReceiptLength == 0 || row.Previous >= 0)
        {
            return;
        }

        UInt128 hash = HashOf(row.Record.Receipt, row.Record.ReceiptLength);
        while (store.TryFind(hash, RecordKinds.Receipt, row.Record.Merchant, out _))
        {
            hash++;
        }

        store.Index.Set(RecordKey.Of(hash, RecordKinds.Receipt, row.Record.Merchant), (ulong)position);
    }

    /// <summary>The id under which a receipt is looked for first.</summary>
    public static UInt128 HashOf(in Receipt receipt, int length)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(((ReadOnlySpan<byte>)receipt)[..length], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private static PaymentResult AnswerOf(in OrderRow row) => new()
    {
        Timestamp = row.Record.CreatedAt,
        Code = PaymentStatus.Ok,
        State = (byte)OrderState.Created,
    };

    // Different receipts of the same hash take the next free id, so the bytes decide and not the hash.
    private bool TryFreeReceipt(in CreateOrder request, out RecordKey key)
    {
        UInt128 hash = HashOf(request.Receipt, request.ReceiptLength);
        while (store.TryFind(hash, RecordKinds.Receipt, request.Merchant, out long position))
        {
            ref readonly OrderRecord other = ref store.Orders.Get(position).Record;
            if (other.ReceiptLength == request.ReceiptLength
                && ((ReadOnlySpan<byte>)other.Receipt).SequenceEqual(request.Receipt))
            {
                key = default;
                return false;
            }

            hash++;
        }

        key = RecordKey.Of(hash, RecordKinds.Receipt, request.Merchant);
        return true;
    }

    private void Change(in PaymentRow payment, bool isTry, long openChange, ulong captured)
    {
        OrderRow row = OrderOf(payment, out long position);
        ref OrderRecord order = ref row.Record;
        checked
        {
            order.Attempts += isTry ? 1u : 0u;
            order.AmountOpen = (ulong)((long)order.AmountOpen + openChange);
            order.AmountPaid += captured;
            order.AmountDue -= captured;
        }

        if (captured != 0)
        {
            order.PaymentId = payment.Id;
        }

        store.AppendOrder(ref row, position);
    }
}
