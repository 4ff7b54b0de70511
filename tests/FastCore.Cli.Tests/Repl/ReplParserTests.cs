using System.Runtime.InteropServices;
using FastCore.Cli.Repl;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Cli.Tests.Repl;

public sealed class ReplParserTests
{
    [Fact]
    public void ObjectsBetweenCommasAreOneRequest()
    {
        ReplRequest request = ReplParser.Parse(
            "create_accounts id=1 ledger=700 code=10, id=0x2 ledger=700 code=10 flags=history ,id=3 ledger=7");

        Assert.Equal(Operation.CreateAccounts, request.Operation.Shape.Operation);
        Assert.Equal(BookPrefix.Size + (3 * Account.Size), request.Body.Length);
        Assert.Equal(3 * CreateAccountResult.Size, request.ReplySize);
        Assert.Equal(1UL, BookOf(request).Book);
        Account[] accounts = ElementsOf<Account>(request);
        Assert.Equal([1, 2, 3], accounts.Select(account => (int)account.Id));
        Assert.Equal([700U, 700U, 7U], accounts.Select(account => account.Ledger));
        Assert.Equal([10, 10, 0], accounts.Select(account => (int)account.Code));
        Assert.Equal(
            [AccountFlags.None, AccountFlags.History, AccountFlags.None], accounts.Select(account => account.Flags));
    }

    [Theory]
    [InlineData("create_accounts")]
    [InlineData("create_accounts   ")]
    [InlineData("get_book_totals")]
    public void ALineWithoutAnObjectIsToldWhereTheFieldsAre(string line)
    {
        ReplException refused = Assert.Throws<ReplException>(() => ReplParser.Parse(line));
        Assert.Equal("missing_object", refused.Code);
        Assert.Contains($"'help {line.Trim()}'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FlagsAreNamesJoinedByBarsWithBitsMixedIn()
    {
        ReplRequest request = ReplParser.Parse("create_transfers id=1 flags=linked|0x4000|pending|16");

        Assert.Equal(
            TransferFlags.Linked | TransferFlags.Pending | TransferFlags.BalancingDebit | (TransferFlags)0x4000,
            ElementsOf<Transfer>(request)[0].Flags);
    }

    [Fact]
    public void TheBookIsOneForTheWholeLine()
    {
        Assert.Equal(9UL, BookOf(ReplParser.Parse("create_accounts book=9 id=1, id=2")).Book);
        Assert.Equal(9UL, BookOf(ReplParser.Parse("create_accounts book=9 id=1, book=9 id=2")).Book);
        Assert.Equal(0UL, BookOf(ReplParser.Parse("create_accounts book=0 id=1")).Book);
        Assert.Equal(5UL, BookOf(ReplParser.Parse("create_accounts book_reserved=5 id=1")).Reserved);
        ReplException differs = Assert.Throws<ReplException>(
            () => ReplParser.Parse("create_accounts book=9 id=1, book=8 id=2"));
        Assert.Equal("book_differs", differs.Code);
        Assert.Throws<ReplException>(() => ReplParser.Parse("create_accounts id=1, book=8 id=2"));
    }

    [Fact]
    public void ReservedFieldsCanBeSet()
    {
        Assert.Equal(7U, ElementsOf<Account>(ReplParser.Parse("create_accounts id=1 reserved=7"))[0].Reserved);
        AccountFilter filter = ElementsOf<AccountFilter>(
            ReplParser.Parse("get_account_transfers account_id=1 reserved=1 reserved_2=3"))[0];
        Assert.Equal(1, filter.Reserved0);
        Assert.Equal(3UL, filter.Reserved2);
    }

    [Fact]
    public void QueriesAskForEverythingUnlessTold()
    {
        ReplRequest statement = ReplParser.Parse("get_account_transfers account_id=1");
        AccountFilter filter = ElementsOf<AccountFilter>(statement)[0];
        Assert.Equal(AccountFilterFlags.Debits | AccountFilterFlags.Credits, filter.Flags);
        Assert.Equal((uint)Limits.ElementsPerRequestMax, filter.Limit);
        Assert.Equal(Limits.ElementsPerRequestMax * Transfer.Size, statement.ReplySize);

        ReplRequest few = ReplParser.Parse("query_transfers limit=3 flags=reversed");
        Assert.Equal(3 * Transfer.Size, few.ReplySize);
        Assert.Equal(QueryFilterFlags.Reversed, ElementsOf<QueryFilter>(few)[0].Flags);
        Assert.Equal(0, ReplParser.Parse("query_accounts limit=0").ReplySize);
        Assert.Equal(TransferSum.Size, ReplParser.Parse("sum_transfers").ReplySize);
        Assert.Equal(0U, ElementsOf<AccountFilter>(ReplParser.Parse("get_account_transfers flags=0"))[0].Limit -
            Limits.ElementsPerRequestMax);
    }

    [Fact]
    public void LookupsTakeIds()
    {
        ReplRequest request = ReplParser.Parse("lookup_transfers id=5, id=0xffffffffffffffffffffffffffffffff");

        Assert.Equal([5, UInt128.MaxValue], ElementsOf<UInt128>(request));
        Assert.Equal(2 * Transfer.Size, request.ReplySize);
        Assert.Equal([700U], ElementsOf<uint>(ReplParser.Parse("get_book_totals ledger=700")));
    }

    [Fact]
    public void PaymentsCarryTheirMerchantThemselves()
    {
        ReplRequest request = ReplParser.Parse(
            "create_payments merchant=5 id=1 amount=100 currency=356 flags=manual_capture, " +
            "id=2 merchant=6, id=3, book=7");

        CreatePayment[] payments = MemoryMarshal.Cast<byte, CreatePayment>(request.Body.AsSpan()).ToArray();
        Assert.Equal([5UL, 6UL, 1UL, 7UL], payments.Select(payment => payment.Merchant));
        Assert.Equal(PaymentFlags.ManualCapture, payments[0].Flags);
        Assert.Equal(4 * PaymentResult.Size, request.ReplySize);
    }

    [Fact]
    public void AMerchantIsLookedUpInItsOwnBook()
    {
        ReplRequest request = ReplParser.Parse("lookup_merchants merchant=5");
        Assert.Equal(5UL, BookOf(request).Book);
        Assert.Equal([5UL], ElementsOf<ulong>(request));

        request = ReplParser.Parse("lookup_merchants book=5");
        Assert.Equal(5UL, BookOf(request).Book);
        Assert.Equal([5UL], ElementsOf<ulong>(request));
    }

    [Fact]
    public void TextKeepsBlanksInQuotesAndSetsItsLength()
    {
        CreateOrder order = MemoryMarshal.Read<CreateOrder>(
            ReplParser.Parse("create_orders id=1 receipt=\"a b, c\" amount=5").Body);
        Assert.Equal(6, order.ReceiptLength);
        Assert.Equal("a b, c"u8.ToArray(), ((ReadOnlySpan<byte>)order.Receipt)[..6].ToArray());
        Assert.Equal(5UL, order.Amount);

        order = MemoryMarshal.Read<CreateOrder>(
            ReplParser.Parse("create_orders id=1 receipt=abc receipt_length=2").Body);
        Assert.Equal(2, order.ReceiptLength);
    }

    [Fact]
    public void SetupNamesAnAccountAndItsBalances()
    {
        ReplRequest request = ReplParser.Parse(
            "setup_account account=4 debits_pending=1 debits_posted=2 credits_pending=3 credits_posted=4");

        Account account = ElementsOf<Account>(request)[0];
        Assert.Equal(Operation.SetupAccounts, request.Operation.Shape.Operation);
        Assert.Equal((UInt128)4, account.Id);
        Assert.Equal([1, 2, 3, 4], new[]
        {
            account.DebitsPending, account.DebitsPosted, account.CreditsPending, account.CreditsPosted,
        });
    }

    [Theory]
    [InlineData("create_acounts id=1", "unknown_operation", "Did you mean 'create_accounts'?")]
    [InlineData("drop_tables", "unknown_operation", "drop_tables")]
    [InlineData("create_accounts idd=1", "unknown_field", "Did you mean 'id'?")]
    [InlineData("create_transfers amuont=1", "unknown_field", "Did you mean 'amount'?")]
    [InlineData("create_accounts id", "missing_value", "'id' is not key=value.")]
    [InlineData("create_accounts =1", "missing_value", "'=1' is not key=value.")]
    [InlineData("create_accounts id=1 id=2", "duplicate_field", "id is given twice.")]
    [InlineData("create_accounts id=1.5", "invalid_value", "'1.5'")]
    [InlineData("create_accounts id=", "invalid_value", "''")]
    [InlineData("create_accounts ledger=4294967296", "invalid_value", "4294967295")]
    [InlineData("create_accounts code=65536", "invalid_value", "u16")]
    [InlineData("create_accounts id=0x100000000000000000000000000000000", "invalid_value", "u128")]
    [InlineData("create_accounts flags=linkd", "invalid_value", "Did you mean 'linked'?")]
    [InlineData("create_accounts flags=linked|", "invalid_value", "''")]
    [InlineData("create_accounts id=1,, id=2", "empty_object", "comma")]
    [InlineData("create_accounts id=1,", "empty_object", "comma")]
    [InlineData("create_accounts ,id=1", "empty_object", "comma")]
    [InlineData("create_orders receipt=\"abc", "open_quote", "quote")]
    [InlineData("create_accounts id=1, ledger=x", "invalid_value", "Object 2:")]
    [InlineData("query_transfers code=1, code=2", "too_many_objects", "1 objects at most")]
    [InlineData("create_accounts book=18446744073709551616", "invalid_value", "u64")]
    public void WhatIsNotUnderstoodIsSaid(string line, string code, string contained)
    {
        ReplException problem = Assert.Throws<ReplException>(() => ReplParser.Parse(line));

        Assert.Equal(code, problem.Code);
        Assert.Contains(contained, problem.Message);
        Assert.Equal(line.Split(' ')[0], problem.Operation);
    }

    [Fact]
    public void AFullBatchFitsAndOneMoreDoesNot()
    {
        string line = "lookup_accounts " + string.Join(
            ',', Enumerable.Range(1, Limits.ElementsPerRequestMax).Select(i => $"id={i}"));

        Assert.Equal(Limits.ElementsPerRequestMax, ElementsOf<UInt128>(ReplParser.Parse(line)).Length);
        Assert.Equal("too_many_objects", Assert.Throws<ReplException>(() => ReplParser.Parse(line + ",id=1")).Code);
    }

    private static BookPrefix BookOf(ReplRequest request) => MemoryMarshal.Read<BookPrefix>(request.Body);

    private static T[] ElementsOf<T>(ReplRequest request)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(request.Body.AsSpan(request.Operation.Shape.PrefixSize)).ToArray();
}
