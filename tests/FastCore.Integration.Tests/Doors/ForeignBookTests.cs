using System.Runtime.InteropServices;
using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Memory;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;

namespace FastCore.Integration.Tests.Doors;

/// <summary>
/// No operation reaches a book that the key does not name. The operations are those of the table, so a new one is
/// attacked from the day it exists.
/// </summary>
public sealed class ForeignBookTests(TenantRig rig) : IClassFixture<TenantRig>
{
    /// <summary>Operations whose elements carry their book, so that one request may span tenants.</summary>
    public static TheoryData<string> ScatteredOperations =>
    [
        .. OperationTable.All.Where(shape => TenantRig.IsForClients(shape) && shape.PrefixSize == 0)
            .Select(shape => shape.Name),
    ];

    [Theory]
    [MemberData(nameof(TenantRig.ClientOperations), MemberType = typeof(TenantRig))]
    public async Task X19_Another_tenants_book_is_forbidden(string name)
    {
        OperationShape shape = OperationTable.Find(name)!;
        byte[] body = TenantRig.Body(shape, TenantRig.ForeignBook);
        long audited = rig.Audit.Total;
        RawReply refused = await rig.CallAsync(rig.Own, shape.Operation, body);
        Assert.Equal((FrameStatus.Forbidden, 0), (refused.Header.Status, refused.Body.Length));
        Assert.Equal(audited + 1, rig.Audit.Total);

        // The same bytes from their owner: it was the book, and nothing else, that was wrong with them.
        Assert.Equal(FrameStatus.Ok, (await rig.CallAsync(rig.Foreign, shape.Operation, body)).Header.Status);
        Assert.Equal(audited + 1, rig.Audit.Total);
    }

    [Theory]
    [MemberData(nameof(ScatteredOperations))]
    public async Task X19_One_foreign_element_forbids_all_wherever_it_stands(string name)
    {
        OperationShape shape = OperationTable.Find(name)!;
        const int Count = 40;
        ulong[] books = [.. Enumerable.Range(0, Count).Select(i => TenantRig.OwnBook + (ulong)(i % 10))];
        foreach (int position in new[] { 0, 1, Count / 2, Count - 1 })
        {
            ulong[] mixed = [.. books];
            mixed[position] = TenantRig.ForeignBook;
            RawReply refused = await rig.CallAsync(rig.Own, shape.Operation, TenantRig.Body(shape, mixed));
            Assert.Equal((FrameStatus.Forbidden, 0), (refused.Header.Status, refused.Body.Length));
        }

        RawReply own = await rig.CallAsync(rig.Own, shape.Operation, TenantRig.Body(shape, books));
        Assert.Equal((FrameStatus.Ok, Count * shape.ResultSize), (own.Header.Status, own.Body.Length));
    }

    [Fact]
    public async Task X19_A_forbidden_batch_has_no_effect_on_the_senders_own_books_either()
    {
        CreateMerchant[] merchants = [Merchant(17), Merchant(TenantRig.ForeignBook + 7), Merchant(18)];
        RawReply refused = await rig.CallAsync(
            rig.Own, Operation.CreateMerchants, TenantRig.Plain<CreateMerchant>(merchants));
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        Assert.Empty(await LookUpAsync(rig.Own, 17));
        Assert.Empty(await LookUpAsync(rig.Own, 18));
        Assert.Empty(await LookUpAsync(rig.Foreign, TenantRig.ForeignBook + 7));
    }

    [Fact]
    public async Task X19_What_changes_every_partition_is_only_for_who_may_use_every_book()
    {
        byte[] body = new byte[ListChange.Size];
        body[24] = (byte)ListChangeKind.Add;
        RawReply refused = await rig.CallAsync(rig.Own, Operation.ChangeLists, body);
        Assert.Equal((FrameStatus.Forbidden, 0), (refused.Header.Status, refused.Body.Length));
        ChartBlock row = new() { Kind = ChartBlockKind.Row, Capacity = 1 };
        byte[] chart = TenantRig.Prefixed(TenantRig.OwnBook, row);
        refused = await rig.CallAsync(rig.Own, Operation.CreateChart, chart);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.ListShows, new byte[ShowFilter.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.SetKnobs, new byte[KnobChange.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.GetKnobs, new byte[KnobFilter.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.GetMemory, new byte[MemoryFilter.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.UploadPolicyFile, new byte[2 * PolicyUpload.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.ActivatePolicy, new byte[PolicyFile.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.GetPolicies, new byte[PolicyFilter.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        refused = await rig.CallAsync(rig.Own, Operation.GetFraudMetrics, new byte[MetricFilter.Size]);
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
    }

    [Fact]
    public async Task X19_A_show_is_not_paid_to_a_merchant_that_its_creator_may_not_use()
    {
        CreateShow show = new() { Show = TenantRig.OwnBook, Merchant = TenantRig.ForeignBook, Currency = 356 };
        RawReply refused = await rig.CallAsync(rig.Own, Operation.CreateShow, TenantRig.Plain<CreateShow>(show));
        Assert.Equal(FrameStatus.Forbidden, refused.Header.Status);
        show.Merchant = TenantRig.OwnBook + 1;
        SeatResult[] results = await rig.ResultsAsync<SeatResult>(
            rig.Own, Operation.CreateShow, TenantRig.Plain<CreateShow>(show));
        Assert.Equal(SeatStatus.ChartNotFound, results[0].Code);
    }

    [Fact]
    public async Task X19_Internal_operations_are_nobodys()
    {
        foreach (OperationShape shape in OperationTable.All.Where(shape => shape.Kind == OperationKind.Internal))
        {
            byte[] body = TenantRig.Body(shape, TenantRig.OwnBook);
            RawReply refused = await rig.CallAsync(rig.Own, shape.Operation, body);
            Assert.Equal(FrameStatus.UnknownOperation, refused.Header.Status);
        }
    }

    [Theory]
    [MemberData(nameof(TenantRig.ClientOperations), MemberType = typeof(TenantRig))]
    public async Task X19_Books_beyond_the_range_are_no_way_around(string name)
    {
        OperationShape shape = OperationTable.Find(name)!;
        foreach (ulong book in new[] { 0UL, Limits.BookMax + 1, ulong.MaxValue, TenantRig.OwnBook | (1UL << 56) })
        {
            RawReply refused = await rig.CallAsync(rig.Own, shape.Operation, TenantRig.Body(shape, book));
            Assert.Equal(FrameStatus.InvalidKey, refused.Header.Status);
        }
    }

    private static CreateMerchant Merchant(ulong merchant) => new() { Merchant = merchant, Currency = 356 };

    private async Task<MerchantRecord[]> LookUpAsync(RawClient client, ulong merchant) =>
        await rig.ResultsAsync<MerchantRecord>(
            client, Operation.LookupMerchants, TenantRig.Prefixed<ulong>(merchant, merchant));
}
