using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>What must hold of merchants, orders and payments between commands, summed up from scratch.</summary>
internal sealed class PaymentsInvariants(PaymentsState state, MerchantRules merchants)
{
    /// <summary>Null, or a sentence that says what is broken.</summary>
    public string? Check() =>
        state.Payments.Values.Select(CheckPayment)
            .Concat(state.Orders.Values.Select(CheckOrder))
            .Concat(state.Merchants.Values.Select(CheckMerchant))
            .FirstOrDefault(broken => broken is not null);

    private static string? CheckPayment(ModelPayment payment)
    {
        PaymentRecord record = payment.Record;
        bool isWithin = record.AmountCaptured <= record.Amount
            && record.AmountRefunded + record.AmountRefunding <= record.AmountCaptured
            && record.Fee + record.Tax <= record.AmountCaptured;
        bool isOpen = record.State is PaymentState.Created or PaymentState.Processing || payment.IsCapturable;
        return isWithin && isOpen == payment.Place is not null && payment.IsCapturable == payment.Held is not null
            ? null
            : $"Payment {record.Id} of merchant {record.Merchant}, {record.State}: captured {record.AmountCaptured} of "
                + $"{record.Amount}, refunded {record.AmountRefunded} and {record.AmountRefunding} under way, "
                + $"fee {record.Fee}, tax {record.Tax}, place {payment.Place}.";
    }

    private string? CheckOrder(ModelOrder order)
    {
        OrderRecord record = order.Record;
        UInt128 captured = 0;
        UInt128 open = 0;
        foreach (ModelPayment payment in state.Payments.Values.Where(payment => payment.Order == order))
        {
            captured += payment.Record.AmountCaptured;
            open += payment.Place is null ? 0 : payment.Uncaptured;
        }

        return captured == record.AmountPaid && open == record.AmountOpen
            && record.AmountPaid + record.AmountDue == record.Amount && open <= record.AmountDue
                ? null
                : $"Order {record.Id} of merchant {record.Merchant}: {record.AmountPaid} paid and {record.AmountOpen} "
                    + $"open of {record.Amount}, but its payments captured {captured} and may capture {open}.";
    }

    // What the accounts must have, told from the payments alone.
    private string? CheckMerchant(ModelMerchant merchant)
    {
        ulong number = merchant.Request.Merchant;
        Int128 fee = 0;
        Int128 tax = 0;
        Int128 payable = 0;
        Int128 underWay = 0;
        Int128 paidByConnectors = 0;
        foreach (ModelPayment payment in state.Payments.Values.Where(payment => payment.Merchant == merchant))
        {
            PaymentRecord record = payment.Record;
            Int128 captured = record.AmountCaptured;
            fee += record.Fee;
            tax += record.Tax;
            payable += captured - record.Fee - record.Tax - record.AmountRefunded - record.AmountRefunding;
            underWay += record.AmountRefunding;
            paidByConnectors += payment.IsInstant ? 0 : captured - record.AmountRefunded;
        }

        foreach (ModelAction undoing in state.LateApprovals.Values.Where(one => one.Record.Merchant == number))
        {
            bool wasCharged = !state.Payments[(number, undoing.Record.PaymentId)].IsManual;
            bool isOwed = wasCharged && undoing.Record.State != RefundState.Processed;
            underWay += isOwed ? undoing.Record.Amount : 0;
            paidByConnectors += isOwed ? undoing.Record.Amount : 0;
        }

        (Int128, Int128, Int128, Int128, Int128) told = (fee, tax, payable, underWay, paidByConnectors);
        (Int128, Int128, Int128, Int128, Int128) booked = (
            merchants.Balance(merchant, MerchantAccount.Fee),
            merchants.Balance(merchant, MerchantAccount.Tax),
            merchants.Balance(merchant, MerchantAccount.Payable),
            merchants.Balance(merchant, MerchantAccount.Refund),
            -merchants.Balance(merchant, MerchantAccount.Receivable));
        return told == booked ? null : $"Merchant {number}: fee, tax, payable, refund and receivable are {booked} in "
            + $"the books, but its payments say {told}.";
    }
}
