using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using LedgerCore = FastCore.Payments.Ledger.Ledger;

namespace FastCore.Payments.Payments;

/// <summary>
/// Runs ahead of the payments of one request, so that their cache misses overlap: a payment touches its merchant, four
/// accounts, the totals of the book and the place of its id, each a line or more from main memory. First the keys are
/// hinted at, then the merchant's row says where its accounts are, then an account says where the totals are. Merchants
/// come and go in no request of payments, so a slot found ahead is the slot.
/// </summary>
internal sealed class PaymentsAhead(PaymentStore store, LedgerCore ledger, IPaymentScreen? screen)
{
    // Distances in payments: long enough for a line to come, short enough to still be there.
    private const int KeyDistance = 12;
    private const int AccountDistance = 8;
    private const int TotalsDistance = 4;
    private const int RingMask = 15;

    private readonly int[] _merchantSlots = new int[RingMask + 1];
    private int _next;

    /// <summary>Starts a request.</summary>
    public void Begin(ReadOnlySpan<CreatePayment> requests)
    {
        _next = 0;
        for (int i = 0; i < KeyDistance; i++)
        {
            HintAtKeys(requests, i);
        }

        for (int i = 0; i < AccountDistance; i++)
        {
            FindAccounts(requests, i);
        }

        for (int i = 0; i < TotalsDistance; i++)
        {
            FindTotals(requests, i);
        }
    }

    /// <summary>Goes one payment further.</summary>
    /// <returns>The slot of the merchant of the payment that is next, or −1.</returns>
    public int Next(ReadOnlySpan<CreatePayment> requests)
    {
        int current = _next++;
        HintAtKeys(requests, current + KeyDistance);
        FindAccounts(requests, current + AccountDistance);
        FindTotals(requests, current + TotalsDistance);
        return _merchantSlots[current & RingMask];
    }

    private void HintAtKeys(ReadOnlySpan<CreatePayment> requests, int at)
    {
        if (at < requests.Length)
        {
            ref readonly CreatePayment request = ref requests[at];
            store.Merchants.Prefetch(new MerchantKey(request.Merchant));
            store.Index.Hint(RecordKey.Of(request.Id, RecordKinds.Payment, request.Merchant & Limits.BookMax));
            if (screen is { IsActive: true })
            {
                screen.Hint(request);
            }
        }
    }

    private void FindAccounts(ReadOnlySpan<CreatePayment> requests, int at)
    {
        if (at >= requests.Length)
        {
            return;
        }

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

    private void FindTotals(ReadOnlySpan<CreatePayment> requests, int at)
    {
        if (at < requests.Length && _merchantSlots[at & RingMask] is int slot and >= 0)
        {
            ledger.PrefetchTotalsOf(store.Merchants.Read(slot).PayableSlot);
        }
    }
}
