using System.Runtime.InteropServices;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Memory;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Testing;
using Xunit;

namespace FastCore.Protocol.Tests;

public sealed class TypedCallTests : IAsyncDisposable
{
    private readonly RecordingSession _session = new();

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    [Fact]
    public async Task A_ledger_call_is_prefix_and_elements()
    {
        Transfer[] transfers = [new() { Id = 1, Amount = 5 }, new() { Id = 2, Amount = 6 }];
        CreateTransferResult[] results = new CreateTransferResult[3];
        _session.Answer = Bytes<CreateTransferResult>([new() { Timestamp = 10 }, new() { Timestamp = 11 }]);
        Reply reply = await _session.CreateTransfersAsync(77, transfers, results);
        Assert.Equal(Operation.CreateTransfers, _session.Operation);
        byte[] prefix = Bytes<BookPrefix>([new() { Book = 77 }]);
        Assert.Equal([.. prefix, .. Bytes<Transfer>(transfers)], _session.Body[.._session.BodyLength]);
        Assert.Equal(2, reply.CountOf<CreateTransferResult>());
        Assert.Equal([10UL, 11UL, 0UL], results.Select(result => result.Timestamp));
    }

    [Fact]
    public async Task A_payments_call_is_elements_only()
    {
        PaymentAction[] actions = [new() { Id = 1, Merchant = 9 }];
        _session.Answer = Bytes<PaymentResult>([new() { Fee = 3 }]);
        PaymentResult[] results = new PaymentResult[1];
        await _session.RefundPaymentsAsync(actions, results);
        Assert.Equal(Operation.RefundPayments, _session.Operation);
        Assert.Equal(Bytes<PaymentAction>(actions), _session.Body[.._session.BodyLength]);
        Assert.Equal(3UL, results[0].Fee);
    }

    [Fact]
    public async Task A_filters_limit_never_asks_for_more_than_there_is_room()
    {
        await _session.GetAccountTransfersAsync(1, new AccountFilter { AccountId = 4, Limit = 1000 }, new Transfer[7]);
        Assert.Equal(7u, MemoryMarshal.Read<AccountFilter>(_session.Body.AsSpan(BookPrefix.Size)).Limit);
        Assert.Equal(7 * Transfer.Size, _session.ReplyRoom);
        await _session.QueryAccountsAsync(1, new QueryFilter { Limit = 3 }, new Account[7]);
        Assert.Equal(3u, MemoryMarshal.Read<QueryFilter>(_session.Body.AsSpan(BookPrefix.Size)).Limit);
    }

    [Fact]
    public async Task Too_little_room_is_the_callers_mistake() =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => _session.LookupAccountsAsync(1, new UInt128[2], new Account[1]).AsTask());

    // Every operation that a client may send has a typed call whose structs have the sizes of the table.
    [Fact]
    public void Every_operation_has_a_typed_call_of_its_sizes()
    {
        Type[] types =
        [
            typeof(LedgerCalls), typeof(PaymentCalls), typeof(FraudCalls), typeof(SeatCalls), typeof(WaitingCalls),
            typeof(WaitingListCalls), typeof(KnobCalls), typeof(MemoryCalls),
        ];
        Dictionary<string, System.Reflection.MethodInfo> calls = types
            .SelectMany(type => type.GetMethods())
            .Where(method => method.Name.EndsWith("Async", StringComparison.Ordinal))
            .ToDictionary(method => method.Name);
        foreach (OperationShape shape in OperationTable.All)
        {
            if (shape.Kind is OperationKind.Session or OperationKind.Internal)
            {
                continue;
            }

            string name = shape.Operation == Operation.LookupMerchants ? "LookupMerchant" : shape.Operation.ToString();
            Assert.True(calls.TryGetValue(name + "Async", out System.Reflection.MethodInfo? call), name);
            Type result = call.GetParameters().Single(p => p.Name is "results" or "result").ParameterType;
            Assert.Equal(shape.ResultSize, WireStructs.SizeOf(result.GetGenericArguments()[0]));
            Type element = call.GetParameters()[shape.PrefixSize > 0 ? 2 : 1].ParameterType;
            bool isLookup = shape.Operation is Operation.LookupMerchants or Operation.GetShow
                or Operation.GetWaitingRoom or Operation.GetWaitingList;
            Type unwrapped = element.IsGenericType ? element.GetGenericArguments()[0] : element;
            Assert.Equal(shape.ElementSize, isLookup ? sizeof(ulong) : WireStructs.SizeOf(unwrapped));
        }
    }

    [Fact]
    public async Task The_batch_door_sends_what_was_filled_in_and_allocates_nothing()
    {
        RequestBatch<Transfer, CreateTransferResult> batch = new(Operation.CreateTransfers, 3) { Book = 5 };
        _session.Answer = Bytes<CreateTransferResult>([new() { Timestamp = 1 }, new() { Timestamp = 2 }]);
        long quietest = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            batch.Clear();
            batch.Add().Id = 8;
            batch.Add(new Transfer { Id = 9 });
            ValueTask<Reply> sending = batch.SendAsync(_session);
            quietest = Math.Min(quietest, GC.GetAllocatedBytesForCurrentThread() - before);
            Reply reply = await sending;
            Assert.Equal(2UL, batch.Results(reply)[1].Timestamp);
        }

        Assert.Equal(0, quietest);
        Assert.Equal(16 + (2 * 128), _session.BodyLength);
        Assert.Equal(5UL, MemoryMarshal.Read<BookPrefix>(_session.Body).Book);
        Assert.Equal((UInt128)9, MemoryMarshal.Read<Transfer>(_session.Body.AsSpan(16 + 128)).Id);
    }

    [Fact]
    public void A_batch_refuses_structs_and_sizes_that_are_not_the_operations()
    {
        Assert.Throws<ArgumentException>(() => new RequestBatch<Account, PaymentResult>(Operation.CreateAccounts, 1));
        Assert.Throws<ArgumentException>(() => new RequestBatch<byte, byte>(Operation.Hello, 1));
        Assert.ThrowsAny<ArgumentException>(
            () => new RequestBatch<Transfer, CreateTransferResult>(Operation.CreateTransfers, 8190));
        RequestBatch<PaymentAction, PaymentResult> batch = new(Operation.VoidPayments, 1);
        Assert.Throws<InvalidOperationException>(() => batch.Book = 1);
        batch.Add();
        Assert.Throws<InvalidOperationException>(() => batch.Add());
        Assert.Throws<InvalidOperationException>(() => batch.Add(default));
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
