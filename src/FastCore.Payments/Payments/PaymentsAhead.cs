using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;
using LedgerCore = FastCore.Payments.Ledger.Ledger;

namespace FastCore.Payments.Payments;

/// <summary>
/// Runs ahead of the payments of one request, so that their cache misses overlap: a payment touches its merchant, four
/// accounts, the totals of the book and the place of its id, each a line or more from main memory. First the keys are
/// hinted at, then the merchant's row says where its accounts are, then an account says where the totals are, each for
/// a burst of payments, see <see cref="RecordHints"/>. Merchants come and go in no request of payments, so a slot found
/// ahead is the slot.
/// </summary>
internal sealed class PaymentsAhead(PaymentStore store, LedgerCore ledger, IPaymentScreen? screen)
{
    private const int Burst = RecordHints.Burst;

    // Bursts between a stage and the payments: long enough for lines to come, short enough to still be there.
    private const int KeyDistance = 3;
    private const int RowDistance = 2;
    private const int LastDistance = 1;

    private readonly int[] _merchantSlots = new int[4 * Burst];
    private readonly RecordKey[] _keys = new RecordKey[Burst];
    private int _next;

    /// <summary>Starts a request.</summary>
    public void Begin() => _next = 0;

    /// <summary>Goes one payment further.</summary>
    /// <param name="requests">The payments of the request.</param>
    /// <param name="observed">The same with what their cards' partitions handed over; empty when none did.</param>
    /// <returns>The slot of the merchant of the payment that is next, or −1.</returns>
    public int Next(ReadOnlySpan<CreatePayment> requests, ReadOnlySpan<ObservedPayment> observed)
    {
        int current = _next++;
        if (current % Burst == 0)
        {
            int burst = current / Burst;
            bool isFirst = current == 0;
            for (int i = isFirst ? 0 : burst + KeyDistance; i <= burst + KeyDistance; i++)
            {
                HintAtKeys(requests, observed, i);
            }

            for (int i = isFirst ? 0 : burst + RowDistance; i <= burst + RowDistance; i++)
            {
                HintAtRows(requests, i);
            }

            for (int i = isFirst ? 0 : burst + LastDistance; i <= burst + LastDistance; i++)
            {
                HintAtLast(requests, i);
            }
        }

        return _merchantSlots[current % _merchantSlots.Length];
    }

    private static ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> requests, int burst)
    {
        int first = burst * Burst;
        return first >= requests.Length ? [] : requests[first..Math.Min(first + Burst, requests.Length)];
    }

    private void HintAtKeys(ReadOnlySpan<CreatePayment> requests, ReadOnlySpan<ObservedPayment> observed, int burst)
    {
        ReadOnlySpan<CreatePayment> payments = Of(requests, burst);
        for (int i = 0; i < payments.Length; i++)
        {
            ref readonly CreatePayment payment = ref payments[i];
            _keys[i] = RecordKey.Of(payment.Id, RecordKinds.Payment, payment.Merchant & Limits.BookMax);
        }

        store.Index.Hint(_keys.AsSpan(0, payments.Length));
        foreach (ref readonly CreatePayment payment in payments)
        {
            store.Merchants.Prefetch(new MerchantKey(payment.Merchant));
        }

        if (screen is { IsActive: true } && !payments.IsEmpty)
        {
            screen.HintAtKeys(burst, payments, Of(observed, burst));
        }
    }

    private void HintAtRows(ReadOnlySpan<CreatePayment> requests, int burst)
    {
        ReadOnlySpan<CreatePayment> payments = Of(requests, burst);
        Span<int> slots = SlotsOf(burst);
        for (int i = 0; i < payments.Length; i++)
        {
            slots[i] = store.Merchants.Find(new MerchantKey(payments[i].Merchant));
            if (slots[i] >= 0)
            {
                ref readonly MerchantRow merchant = ref store.Merchants.Read(slots[i]);
                ledger.PrefetchAccount(PaymentPostings.SourceSlot(merchant, merchant.Connector));
                ledger.PrefetchAccount(merchant.PayableSlot);
                ledger.PrefetchAccount(merchant.FeeSlot);
                ledger.PrefetchAccount(merchant.TaxSlot);
            }
        }

        if (screen is { IsActive: true } && !payments.IsEmpty)
        {
            screen.HintAtRows(burst);
        }
    }

    private void HintAtLast(ReadOnlySpan<CreatePayment> requests, int burst)
    {
        int count = Of(requests, burst).Length;
        foreach (int slot in SlotsOf(burst)[..count])
        {
            if (slot >= 0)
            {
                ledger.PrefetchTotalsOf(store.Merchants.Read(slot).PayableSlot);
            }
        }

        if (screen is { IsActive: true } && count != 0)
        {
            screen.HintAtEvents(burst);
        }
    }

    private Span<int> SlotsOf(int burst) => _merchantSlots.AsSpan(burst * Burst % _merchantSlots.Length, Burst);
}
