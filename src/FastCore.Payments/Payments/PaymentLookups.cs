using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// Lookups: one record per object found, in the order of the ids asked for. Long ones run in slices; each record is
/// told as it is when its slice runs, never older than the request.
/// </summary>
internal sealed class PaymentLookups(PaymentStore store)
{
    private const int IdsPerSlice = 512;

    public bool Read(
        Operation operation, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        ulong book = MemoryMarshal.Read<BookPrefix>(body).Book;
        ReadOnlySpan<byte> elements = body[BookPrefix.Size..];
        if (operation == Operation.LookupMerchants)
        {
            length = LookupMerchants(book, MemoryMarshal.Cast<byte, ulong>(elements), reply);
            return true;
        }

        ref Progress progress = ref ReadCursor.As<Progress>(ref cursor);
        ReadOnlySpan<UInt128> ids = MemoryMarshal.Cast<byte, UInt128>(elements);
        int end = Math.Min(ids.Length, progress.Next + IdsPerSlice);
        for (int i = progress.Next; i < end; i++)
        {
            if (TryLookup(operation, book, ids[i], reply[progress.Length..], out int size))
            {
                progress.Length += size;
            }
        }

        progress.Next = end;
        length = progress.Length;
        return end == ids.Length;
    }

    private bool TryLookup(Operation operation, ulong book, UInt128 id, Span<byte> reply, out int size)
    {
        switch (operation)
        {
            case Operation.LookupPayments when store.TryFind(id, RecordKinds.Payment, book, out long position):
                MemoryMarshal.Write(reply, store.Payments.Get(position).ToRecord());
                size = PaymentRecord.Size;
                return true;
            case Operation.LookupOrders when store.TryFind(id, RecordKinds.Order, book, out long position):
                MemoryMarshal.Write(reply, store.Orders.Get(position).ToRecord(store.Time.BatchNs));
                size = OrderRecord.Size;
                return true;
            case Operation.LookupRefunds when TryFindRefund(id, book, out long position):
                MemoryMarshal.Write(reply, store.Actions.Get(position).ToRefundRecord());
                size = RefundRecord.Size;
                return true;
            default:
                size = 0;
                return false;
        }
    }

    // An automatic refund has no id of a client; it is found under the payment's, that of the newest attempt first.
    private bool TryFindRefund(UInt128 id, ulong book, out long position)
    {
        if (store.TryFind(id, RecordKinds.Refund, book, out position))
        {
            return true;
        }

        for (int attempt = PaymentLimits.RouteMax; attempt > 0; attempt--)
        {
            if (store.TryFind(id, (byte)(RecordKinds.LateApproval + attempt), book, out position))
            {
                return true;
            }
        }

        return false;
    }

    private int LookupMerchants(ulong book, ReadOnlySpan<ulong> merchants, Span<byte> reply)
    {
        int length = 0;
        foreach (ulong merchant in merchants)
        {
            int slot = merchant == book ? store.Merchants.Find(new MerchantKey(merchant)) : -1;
            if (slot >= 0)
            {
                MemoryMarshal.Write(reply[length..], RecordOf(store.Merchants.Read(slot)));
                length += MerchantRecord.Size;
            }
        }

        return length;
    }

    private MerchantRecord RecordOf(in MerchantRow row) => new()
    {
        Merchant = row.Merchant,
        Currency = row.Currency,
        Flags = row.Flags,
        Connector = row.Connector,
        FeeFixed = row.FeeFixed,
        FeeMin = row.FeeMin,
        FeeMax = row.FeeMax,
        FeePpm = row.FeePpm,
        TaxPpm = row.TaxPpm,
        RatePerS = row.RatePerS,
        RateBurst = row.RateBurst,
        CaptureWindowS = row.CaptureWindowS != 0 ? row.CaptureWindowS : store.Options.CaptureWindowS,
        Fallback1 = row.Fallback1,
        Fallback2 = row.Fallback2,
        ClearingBalance = CreditBalance(row.ClearingSlot),
        ReceivableBalance = -CreditBalance(row.ReceivableSlot),
        PayableBalance = CreditBalance(row.PayableSlot),
        FeeBalance = CreditBalance(row.FeeSlot),
        TaxBalance = CreditBalance(row.TaxSlot),
        RefundBalance = CreditBalance(row.RefundSlot),
        Funded = (ulong)store.Ledger.AccountAt(row.FundingSlot).Account.DebitsPosted,
        UserData64 = row.UserData64,
        PaymentCount = row.PaymentCount,
        Timestamp = row.CreatedAt,
    };

    private Int128 CreditBalance(int slot)
    {
        ref readonly Account account = ref store.Ledger.AccountAt(slot).Account;
        return unchecked((Int128)(account.CreditsPosted - account.DebitsPosted));
    }

    private struct Progress
    {
        public int Next;
        public int Length;
    }
}
