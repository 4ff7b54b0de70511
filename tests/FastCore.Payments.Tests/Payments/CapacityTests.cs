using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

/// <summary>
/// Full tables of open work refuse what is new with a code, and never stop what was accepted before.
/// </summary>
public sealed class CapacityTests
{
    private const ulong Book = 7;

    [Fact]
    public void A_full_table_of_pendings_refuses_a_manual_payment_and_takes_any_other()
    {
        using PaymentsRig rig = new(openPendingsMax: 2);
        rig.Run(Operation.CreateMerchants, Requests.Merchant());
        Assert.Equal(PaymentStatus.Ok, rig.Run(Operation.CreatePayments, Requests.ManualPayment(1)).Code);
        Assert.Equal(PaymentStatus.Ok, rig.Run(Operation.CreatePayments, Requests.ManualPayment(2)).Code);
        MerchantRecord before = rig.Merchant(Book);
        Assert.Equal(PaymentStatus.CapacityExceeded, rig.Run(Operation.CreatePayments, Requests.ManualPayment(3)).Code);
        Assert.Equal(before, rig.Merchant(Book));
        Assert.Equal(PaymentStatus.Ok, rig.Run(Operation.CreatePayments, Requests.Payment(4)).Code);
        rig.CrashAndRecover();

        // The refusal used nothing up: with a place free again the same request succeeds.
        Assert.Equal(PaymentStatus.Ok, rig.Run(Operation.VoidPayments, Requests.Action(20, 1)).Code);
        Assert.Equal(PaymentStatus.Ok, rig.Run(Operation.CreatePayments, Requests.ManualPayment(3)).Code);
    }

    [Fact]
    public void A_part_can_be_captured_while_the_table_of_pendings_is_full()
    {
        using PaymentsRig rig = new(openPendingsMax: 1);
        rig.Run(Operation.CreateMerchants, Requests.Merchant());
        rig.Run(Operation.CreatePayments, Requests.ManualPayment(1));
        PaymentResult captured = rig.Run(Operation.CapturePayments, Requests.Action(10, 1, 4_000));
        Assert.Equal((PaymentStatus.Ok, (byte)PaymentState.PartiallyCaptured), (captured.Code, captured.State));
        Assert.Equal(PaymentStatus.Ok, rig.Run(Operation.CapturePayments, Requests.Action(11, 1)).Code);
        Assert.Equal(10_000UL, rig.Payment(Book, 1).AmountCaptured);
    }

    [Fact]
    public void A_payment_at_its_connector_keeps_a_place_that_nobody_else_can_take()
    {
        using PaymentsRig rig = new(openPendingsMax: 2);
        rig.Run(Operation.CreateMerchants, Requests.BankMerchant());
        OpenAccounts(rig);
        Assert.Equal(PaymentStatus.Processing, rig.Run(Operation.CreatePayments, Requests.ManualPayment(1)).Code);
        Assert.Equal(CreateTransferStatus.Created, Reserve(rig, 100));
        rig.CrashAndRecover();
        ConnectorCall first = rig.Calls.Dequeue();
        Assert.Equal(CreateTransferStatus.TooManyPendingTransfers, Reserve(rig, 101));
        Assert.Equal(PaymentStatus.CapacityExceeded, rig.Run(Operation.CreatePayments, Requests.ManualPayment(2)).Code);

        // The place goes along to the next connector and becomes the reservation there.
        rig.Answer(first, ConnectorOutcome.Failed);
        Assert.Equal(CreateTransferStatus.TooManyPendingTransfers, Reserve(rig, 102));
        Assert.Equal(PaymentStatus.Ok, rig.Answer(rig.Calls.Dequeue(), ConnectorOutcome.Approved).Code);
        Assert.Equal(PaymentState.Authorized, rig.Payment(Book, 1).State);
        Assert.Equal(CreateTransferStatus.TooManyPendingTransfers, Reserve(rig, 103));
    }

    [Fact]
    public void A_payment_that_its_connector_declined_gives_its_place_back()
    {
        using PaymentsRig rig = new(openPendingsMax: 1);
        rig.Run(Operation.CreateMerchants, Requests.BankMerchant());
        OpenAccounts(rig);
        rig.Run(Operation.CreatePayments, Requests.ManualPayment(1));
        Assert.Equal(CreateTransferStatus.TooManyPendingTransfers, Reserve(rig, 100));
        rig.Answer(rig.Calls.Dequeue(), ConnectorOutcome.Declined);
        Assert.Equal(CreateTransferStatus.Created, Reserve(rig, 101));
    }

    [Fact]
    public void Whatever_expires_is_released_at_its_connector_although_all_places_for_calls_are_taken()
    {
        PaymentsOptions options = new() { MerchantsMax = 8, OpenPaymentsMax = 16, OpenCallsMax = 1 };
        using PaymentsRig rig = new(options);
        rig.Run(Operation.CreateMerchants, Requests.BankMerchant());
        for (UInt128 id = 1; id <= 16; id++)
        {
            CreatePayment request = Requests.ManualPayment(id);
            request.CaptureWindowS = 10;
            Assert.Equal(PaymentStatus.Processing, rig.Run(Operation.CreatePayments, request).Code);
            Assert.Equal(PaymentStatus.Ok, rig.Answer(rig.Calls.Dequeue(), ConnectorOutcome.Approved).Code);
        }

        rig.AdvanceMs(10_000);
        rig.Tick();
        Assert.Equal(16, rig.Calls.Count);
        Assert.All(rig.Calls, call => Assert.Equal(ConnectorCallKind.Void, call.Kind));
    }

    [Fact]
    public void A_late_approval_without_room_is_refused_and_undone_when_the_bank_tells_again()
    {
        using PaymentsRig rig = new(new PaymentsOptions { MerchantsMax = 8, OpenPaymentsMax = 16, OpenCallsMax = 1 });
        rig.Run(Operation.CreateMerchants, Requests.BankMerchant());
        List<ConnectorCall> declined = [];
        for (UInt128 id = 1; id <= 3; id++)
        {
            rig.Run(Operation.CreatePayments, Requests.Payment(id));
            declined.Add(rig.Calls.Dequeue());
            rig.Answer(declined[^1], ConnectorOutcome.Declined);
        }

        Assert.Equal(PaymentStatus.LateApprovalRefunded, rig.Answer(declined[0], ConnectorOutcome.Approved).Code);
        Assert.Equal(PaymentStatus.LateApprovalRefunded, rig.Answer(declined[1], ConnectorOutcome.Approved).Code);
        MerchantRecord before = rig.Merchant(Book);
        Assert.Equal(PaymentStatus.CapacityExceeded, rig.Answer(declined[2], ConnectorOutcome.Approved).Code);
        Assert.Equal(before, rig.Merchant(Book));
        rig.Answer(rig.Calls.Dequeue(), ConnectorOutcome.Approved);
        Assert.Equal(PaymentStatus.LateApprovalRefunded, rig.Answer(declined[2], ConnectorOutcome.Approved).Code);
    }

    private static void OpenAccounts(PaymentsRig rig) => Assert.All(
        rig.OpenAccounts(
            Book,
            new Account { Id = 1, Ledger = PaymentsRig.Currency, Code = 1 },
            new Account { Id = 2, Ledger = PaymentsRig.Currency, Code = 1 }),
        result => Assert.Equal(CreateAccountStatus.Created, result.Status));

    private static CreateTransferStatus Reserve(PaymentsRig rig, UInt128 id) => rig.Transfer(Book, new Transfer
    {
        Id = id,
        DebitAccountId = 1,
        CreditAccountId = 2,
        Amount = 5,
        Ledger = PaymentsRig.Currency,
        Code = 1,
        Flags = TransferFlags.Pending,
    })[0].Status;
}
