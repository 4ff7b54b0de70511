using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Torture;

/// <summary>
/// What the books must hold when every request of the load took effect exactly once, computed from the requests alone,
/// and the comparison with what a server says.
/// </summary>
internal sealed class ExpectedBooks(TortureFindings findings)
{
    private const int LookupMax = 1_000;

    private readonly Dictionary<UInt128, Transfer> _transfers = [];
    private readonly Dictionary<(ulong Book, UInt128 Id), Account> _accounts = [];
    private readonly Dictionary<ulong, List<(CreatePayment Payment, PaymentResult Answer)>> _payments = [];
    private readonly Dictionary<ulong, List<(SentRequest Request, int Element)>> _byBook = [];

    /// <summary>Takes a settled request's elements.</summary>
    public void Add(SentRequest request)
    {
        for (int i = 0; i < request.Count; i++)
        {
            if (request.Book != 0)
            {
                _transfers.Add(request.Transfers[i].Id, request.Transfers[i]);
                ListOf(_byBook, request.Book).Add((request, i));
            }
            else
            {
                CreatePayment payment = request.Payments[i];
                ListOf(_payments, payment.Merchant).Add((payment, request.PaymentResults[i]));
            }
        }
    }

    /// <summary>Compares everything.</summary>
    public async Task CheckAsync(IFastCoreSession session, IEnumerable<LoadDriver> drivers, ulong prefund)
    {
        foreach (ulong merchant in Enumerable.Range(1, (int)LoadDriver.Merchants).Select(number => (ulong)number))
        {
            await CheckMerchantAsync(session, merchant, prefund);
            await CheckTotalsAsync(session, merchant, LoadDriver.Currency);
        }

        foreach (LoadDriver driver in drivers)
        {
            await CheckTransfersAsync(session, driver.Book);
            await CheckAccountsAsync(session, driver.Book);
            await CheckTotalsAsync(session, driver.Book, LoadDriver.Ledger);
        }
    }

    private async Task CheckTotalsAsync(IFastCoreSession session, ulong book, uint ledger)
    {
        BookTotals[] totals = new BookTotals[1];
        Reply reply = await session.GetBookTotalsAsync(book, new[] { ledger }, totals);
        findings.Check(
            (reply.Status, reply.CountOf<BookTotals>(), totals[0].Balanced) == (FrameStatus.Ok, 1, 1u)
                && totals[0].DebitsPosted == totals[0].CreditsPosted
                && totals[0].DebitsPending == totals[0].CreditsPending,
            () => $"book {book} does not balance: {reply.Status}, debits {totals[0].DebitsPosted} and "
                + $"{totals[0].DebitsPending}, credits {totals[0].CreditsPosted} and {totals[0].CreditsPending}");
    }

    private async Task CheckMerchantAsync(IFastCoreSession session, ulong merchant, ulong prefund)
    {
        List<(CreatePayment Payment, PaymentResult Answer)> payments = ListOf(_payments, merchant);
        Int128 amounts = 0;
        Int128 fees = 0;
        Int128 taxes = 0;
        foreach ((CreatePayment payment, PaymentResult answer) in payments)
        {
            amounts += payment.Amount;
            fees += answer.Fee;
            taxes += answer.Tax;
        }

        MerchantRecord[] merchants = new MerchantRecord[1];
        Reply reply = await session.LookupMerchantAsync(merchant, merchants);
        MerchantRecord record = merchants[0];
        findings.Check(
            (reply.Status, reply.CountOf<MerchantRecord>(), record.PaymentCount)
                == (FrameStatus.Ok, 1, (ulong)payments.Count),
            () => $"merchant {merchant}: {reply.Status}, {record.PaymentCount} payments and not {payments.Count}");
        findings.Check(
            (prefund - amounts, amounts - fees - taxes, fees, taxes)
                == (record.ClearingBalance, record.PayableBalance, record.FeeBalance, record.TaxBalance),
            () => $"merchant {merchant}: balances {record.ClearingBalance}, {record.PayableBalance}, "
                + $"{record.FeeBalance}, {record.TaxBalance} are not what its {payments.Count} payments add up to");

        foreach ((CreatePayment Payment, PaymentResult Answer)[] some in payments.Chunk(LookupMax))
        {
            PaymentRecord[] found = new PaymentRecord[some.Length];
            reply = await session.LookupPaymentsAsync(merchant, some.Select(one => one.Payment.Id).ToArray(), found);
            CheckCount(reply, reply.CountOf<PaymentRecord>(), some.Length, $"payments of merchant {merchant}");
            for (int i = 0; i < some.Length; i++)
            {
                (CreatePayment sent, PaymentResult answer) = some[i];
                PaymentRecord now = found[i];
                findings.CheckKept(
                    (sent.Id, sent.Merchant, sent.Amount, sent.Card, sent.UserData64, PaymentState.Captured)
                        == (now.Id, now.Merchant, now.Amount, now.Card, now.UserData64, now.State)
                    && (answer.Timestamp, answer.Fee, answer.Tax, sent.Amount)
                        == (now.AnsweredAt, now.Fee, now.Tax, now.AmountCaptured),
                    () => $"payment {merchant}/{(ulong)sent.Id} of {sent.Amount} answered at {answer.Timestamp}: found "
                        + $"{(ulong)now.Id} of {now.Amount} answered at {now.AnsweredAt}, {now.State}");
            }
        }
    }

    private async Task CheckTransfersAsync(IFastCoreSession session, ulong book)
    {
        foreach ((SentRequest Request, int Element)[] some in ListOf(_byBook, book).Chunk(LookupMax))
        {
            UInt128[] ids = [.. some.Select(one => one.Request.Transfers[one.Element].Id)];
            Transfer[] found = new Transfer[some.Length];
            Reply reply = await session.LookupTransfersAsync(book, ids, found);
            CheckCount(reply, reply.CountOf<Transfer>(), some.Length, $"transfers of book {book}");
            for (int i = 0; i < some.Length; i++)
            {
                (SentRequest request, int element) = some[i];
                if (request.TimestampOf(element) == 0)
                {
                    request.Learn(element, found[i].Timestamp);
                }

                Transfer expected = request.Transfers[element];
                expected.Timestamp = request.TimestampOf(element);
                Transfer now = found[i];
                findings.CheckKept(
                    expected.Equals(now),
                    () => $"transfer {(ulong)expected.Id} of book {book} made at {expected.Timestamp}: found "
                        + $"{(ulong)now.Id} of {now.Amount} made at {now.Timestamp}");
            }
        }
    }

    private void CheckCount(Reply reply, int count, int expected, string what) => findings.Check(
        (reply.Status, count) == (FrameStatus.Ok, expected),
        () => $"{what}: {reply.Status}, {count} of {expected} were found");

    private async Task CheckAccountsAsync(IFastCoreSession session, ulong book)
    {
        for (ulong id = 1; id <= LoadDriver.Accounts; id++)
        {
            _accounts[(book, id)] = default;
        }

        foreach ((SentRequest request, int element) in ListOf(_byBook, book))
        {
            Post(book, request.Transfers[element]);
        }

        UInt128[] ids = [.. Enumerable.Range(1, LoadDriver.Accounts).Select(id => (UInt128)id)];
        Account[] found = new Account[ids.Length];
        Reply reply = await session.LookupAccountsAsync(book, ids, found);
        CheckCount(reply, reply.CountOf<Account>(), ids.Length, $"accounts of book {book}");
        foreach (Account account in found)
        {
            Account expected = _accounts.GetValueOrDefault((book, account.Id));
            findings.Check(
                (expected.DebitsPending, expected.DebitsPosted, expected.CreditsPending, expected.CreditsPosted)
                    == (account.DebitsPending, account.DebitsPosted, account.CreditsPending, account.CreditsPosted),
                () => $"account {account.Id} of book {book} has not the balances that its transfers add up to");
        }
    }

    private void Post(ulong book, Transfer transfer)
    {
        UInt128 pending = 0;
        UInt128 released = 0;
        UInt128 posted = 0;
        if ((transfer.Flags & TransferFlags.Pending) != 0)
        {
            pending = transfer.Amount;
        }
        else
        {
            posted = (transfer.Flags & TransferFlags.VoidPendingTransfer) != 0 ? 0 : transfer.Amount;
            released = transfer.PendingId != 0 ? _transfers[transfer.PendingId].Amount : 0;
        }

        Account debit = _accounts[(book, transfer.DebitAccountId)];
        debit.DebitsPending += pending - released;
        debit.DebitsPosted += posted;
        _accounts[(book, transfer.DebitAccountId)] = debit;
        Account credit = _accounts[(book, transfer.CreditAccountId)];
        credit.CreditsPending += pending - released;
        credit.CreditsPosted += posted;
        _accounts[(book, transfer.CreditAccountId)] = credit;
    }

    private static List<TRow> ListOf<TRow>(Dictionary<ulong, List<TRow>> lists, ulong key)
    {
        if (!lists.TryGetValue(key, out List<TRow>? list))
        {
            list = [];
            lists.Add(key, list);
        }

        return list;
    }
}
