using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;
using LedgerCore = FastCore.Payments.Ledger.Ledger;

namespace FastCore.Payments.Payments;

/// <summary>
/// Runs ahead of the payments of one request, so that their cache misses overlap: a payment touches its merchant, four
/// accounts, the totals of the book and the place of its id, each a line or more from main memory. First the keys are
/// hinted at, then the merchant's row says where its accounts are, then an account says where the totals are. Merchants
/// come and go in no request of payments, so a slot found ahead is the slot. Each step is taken for several payments in
/// a row, see <see cref="RecordHints"/>.
/// </summary>
internal sealed class PaymentsAhead(PaymentStore store, LedgerCore ledger, IPaymentScreen? screen)
{
    // Payments that take a step together, and how far ahead of their turn they do: long enough for a line to come,
    // short enough to still be there.
    private const int Burst = 8;
    private const int KeyDistance = 3 * Burst;
    private const int AccountDistance = 2 * Burst;
    private const int TotalsDistance = Burst;

    // A payment that is screened takes as long as two others.
    private const int ScreenKeysDistance = 9;
    private const int ScreenRowsDistance = 6;
    private const int ScreenEventsDistance = 3;
    private const int RingMask = 31;

    private readonly int[] _merchantSlots = new int[RingMask + 1];
    private int _next;

    /// <summary>Starts a request.</summary>
    /// <param name="requests">Its payments.</param>
    /// <param name="observed">The same with what their cards' partitions handed over; empty when none did.</param>
    public void Begin(ReadOnlySpan<CreatePayment> requests, ReadOnlySpan<ObservedPayment> observed)
    {
        _next = 0;
        HintAtKeys(requests, 0, KeyDistance);
        FindAccounts(requests, 0, AccountDistance);
        FindTotals(requests, 0, TotalsDistance);
        if (screen is { IsActive: true })
        {
            BeginScreen(screen, requests, observed);
        }
    }

    /// <summary>Goes one payment further.</summary>
    /// <returns>The slot of the merchant of the payment that is next, or −1.</returns>
    public int Next(ReadOnlySpan<CreatePayment> requests, ReadOnlySpan<ObservedPayment> observed)
    {
        int current = _next++;
        if (current % Burst == 0)
        {
            HintAtKeys(requests, current + KeyDistance, Burst);
            FindAccounts(requests, current + AccountDistance, Burst);
            FindTotals(requests, current + TotalsDistance, Burst);
        }

        if (screen is { IsActive: true })
        {
            HintAtScreen(screen, requests, observed, current);
        }

        return _merchantSlots[current & RingMask];
    }

    private void HintAtKeys(ReadOnlySpan<CreatePayment> requests, int from, int count)
    {
        int until = Math.Min(from + count, requests.Length);
        for (int at = from; at < until; at++)
        {
            ref readonly CreatePayment request = ref requests[at];
            store.Merchants.Prefetch(new MerchantKey(request.Merchant));
            store.Index.Hint(RecordKey.Of(request.Id, RecordKinds.Payment, request.Merchant & Limits.BookMax));
        }
    }

    private static bool IsCardHere(ReadOnlySpan<ObservedPayment> observed, int at) =>
        observed.IsEmpty || observed[at].Card.IsCardHere;

    private static void BeginScreen(
        IPaymentScreen screen, ReadOnlySpan<CreatePayment> requests, ReadOnlySpan<ObservedPayment> observed)
    {
        for (int i = 0; i < Math.Min(ScreenKeysDistance, requests.Length); i++)
        {
            screen.HintAtKeys(requests[i], IsCardHere(observed, i), i);
        }

        for (int i = 0; i < Math.Min(ScreenRowsDistance, requests.Length); i++)
        {
            screen.HintAtRows(i);
        }

        for (int i = 0; i < Math.Min(ScreenEventsDistance, requests.Length); i++)
        {
            screen.HintAtEvents(i);
        }
    }

    private static void HintAtScreen(
        IPaymentScreen screen, ReadOnlySpan<CreatePayment> requests, ReadOnlySpan<ObservedPayment> observed,
        int current)
    {
        int keys = current + ScreenKeysDistance;
        if (keys < requests.Length)
        {
            screen.HintAtKeys(requests[keys], IsCardHere(observed, keys), keys);
        }

        if (current + ScreenRowsDistance < requests.Length)
        {
            screen.HintAtRows(current + ScreenRowsDistance);
        }

        if (current + ScreenEventsDistance < requests.Length)
        {
            screen.HintAtEvents(current + ScreenEventsDistance);
        }
    }

    private void FindAccounts(ReadOnlySpan<CreatePayment> requests, int from, int count)
    {
        int until = Math.Min(from + count, requests.Length);
        for (int at = from; at < until; at++)
        {
            int slot = store.Merchants.Find(new MerchantKey(requests[at].Merchant));
            _merchantSlots[at & RingMask] = slot;
            if (slot >= 0)
            {
                ref readonly MerchantRow merchant = ref store.Merchants.Read(slot);
                ledger.PrefetchAccount(PaymentPostings.SourceSlot(merchant, merchant.Connector));
                ledger.PrefetchAccount(merchant.PayableSlot);
                ledger.PrefetchAccount(merchant.FeeSlot);
                ledger.PrefetchAccount(merchant.TaxSlot);
            }
        }
    }

    private void FindTotals(ReadOnlySpan<CreatePayment> requests, int from, int count)
    {
        int until = Math.Min(from + count, requests.Length);
        for (int at = from; at < until; at++)
        {
            if (_merchantSlots[at & RingMask] is int slot and >= 0)
            {
                ledger.PrefetchTotalsOf(store.Merchants.Read(slot).PayableSlot);
            }
        }
    }
}
