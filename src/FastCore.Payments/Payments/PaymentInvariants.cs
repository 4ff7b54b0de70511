using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// What must hold between any two commands, checked from the rows and against the ledger. Conservation itself is the
/// ledger's to check.
/// </summary>
internal sealed class PaymentInvariants(PaymentStore store)
{
    /// <summary>Null, or a sentence that says what is broken.</summary>
    public string? Check()
    {
        string? broken = CheckMerchants() ?? CheckOpenPayments();
        for (long block = 0; broken is null && block * store.Payments.RowsPerBlock < store.Payments.Count; block++)
        {
            broken = CheckPayments(store.Payments.Block(block));
        }

        for (long block = 0; broken is null && block * store.Orders.RowsPerBlock < store.Orders.Count; block++)
        {
            broken = CheckOrders(store.Orders.Block(block));
        }

        return broken;
    }

    private static string? CheckPayments(ReadOnlySpan<PaymentRow> rows)
    {
        foreach (ref readonly PaymentRow row in rows)
        {
            if (row.AmountCaptured > row.Amount
                || (UInt128)row.AmountRefunded + row.AmountRefunding > row.AmountCaptured
                || row.Fee + row.Tax > row.AmountCaptured)
            {
                return $"Payment {row.Id} of merchant {row.Merchant}: captured {row.AmountCaptured} of {row.Amount}, "
                    + $"refunded {row.AmountRefunded} + {row.AmountRefunding}, fee {row.Fee}, tax {row.Tax}.";
            }
        }

        return null;
    }

    private static string? CheckOrders(ReadOnlySpan<OrderRow> rows)
    {
        foreach (ref readonly OrderRow row in rows)
        {
            ref readonly OrderRecord order = ref row.Record;
            if (order.AmountPaid + order.AmountDue != order.Amount || order.AmountOpen > order.AmountDue)
            {
                return $"Order {order.Id} of merchant {order.Merchant}: paid {order.AmountPaid} + due "
                    + $"{order.AmountDue} of {order.Amount}, open {order.AmountOpen}.";
            }
        }

        return null;
    }

    private string? CheckMerchants()
    {
        for (int slot = 0; slot < store.Merchants.SlotsUsed; slot++)
        {
            ref readonly MerchantRow row = ref store.Merchants.Read(slot);
            if (row.RefundedTotal > row.CapturedTotal || row.CapturedTotal > row.AuthorizedTotal)
            {
                return $"Merchant {row.Merchant}: refunded {row.RefundedTotal}, captured {row.CapturedTotal}, "
                    + $"authorized {row.AuthorizedTotal}.";
            }

            Int128 owed = (Int128)row.CapturedTotal - (Int128)row.FeeTotal - (Int128)row.TaxTotal
                - (Int128)row.RefundedTotal;
            if (Balance(row.FeeSlot) != (Int128)row.FeeTotal || Balance(row.TaxSlot) != (Int128)row.TaxTotal
                || Balance(row.PayableSlot) != owed || Balance(row.RefundSlot) < 0)
            {
                return $"Merchant {row.Merchant}: the ledger has fee {Balance(row.FeeSlot)}, "
                    + $"tax {Balance(row.TaxSlot)}, payable {Balance(row.PayableSlot)}, "
                    + $"refund {Balance(row.RefundSlot)}; "
                    + $"the payments say {row.FeeTotal}, {row.TaxTotal}, {owed}.";
            }

            ref readonly Account clearing = ref store.Ledger.AccountAt(row.ClearingSlot).Account;
            if (clearing.DebitsPosted + clearing.DebitsPending > clearing.CreditsPosted)
            {
                return $"Merchant {row.Merchant}: more was taken from clearing than was put in.";
            }
        }

        return null;
    }

    private string? CheckOpenPayments()
    {
        for (int slot = 0; slot < store.Open.SlotsUsed; slot++)
        {
            if (!store.Open.IsLive(slot))
            {
                continue;
            }

            OpenPaymentRow open = store.Open.Read(slot);
            if (!store.TryFind(open.Id, RecordKinds.Payment, open.Merchant, out long position))
            {
                return $"Open payment {open.Id} of merchant {open.Merchant} does not exist.";
            }

            PaymentRow row = store.Payments.Get(position);
            bool isWaiting = row.State is PaymentState.Created or PaymentState.Processing;
            if (isWaiting ? open.OpenCall == 0 : !row.IsCapturable || open.PendingPosition < 0)
            {
                return $"Payment {open.Id} of merchant {open.Merchant} is open although it is {row.State}.";
            }

            if (open.OpenCall != 0 && store.Calls.Find(new CallKey(open.OpenCall)) < 0)
            {
                return $"Payment {open.Id} of merchant {open.Merchant} waits for a call that is closed.";
            }
        }

        return null;
    }

    private Int128 Balance(int slot)
    {
        ref readonly Account account = ref store.Ledger.AccountAt(slot).Account;
        return unchecked((Int128)(account.CreditsPosted - account.DebitsPosted));
    }
}
