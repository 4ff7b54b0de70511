using System.Net.Sockets;
using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Frames that were recorded, and protocols that are older than this one.</summary>
public sealed class ReplayAndDowngradeTests(TenantRig rig) : IClassFixture<TenantRig>
{
    [Fact]
    public async Task Recorded_frames_are_worth_nothing_on_another_tenants_connection()
    {
        byte[] recorded = Recorded(1);
        await rig.Foreign.SendAsync(recorded);
        await rig.Foreign.ExpectAsync(FrameStatus.Ok, 1);
        await rig.Own.SendAsync(recorded);
        await rig.Own.ExpectAsync(FrameStatus.Forbidden, 1);
    }

    [Fact]
    public async Task Recorded_frames_are_worth_nothing_before_hello()
    {
        using RawClient stranger = await RawClient.ConnectAsync(rig.Address);
        await stranger.SendAsync(Recorded(2));
        await stranger.ExpectAsync(FrameStatus.HelloExpected, 2);
        stranger.Socket.Shutdown(SocketShutdown.Send);
        await stranger.ExpectEndAsync();
    }

    [Fact]
    public async Task Recorded_frames_have_no_second_effect_on_their_owners_own_connection()
    {
        const ulong Book = TenantRig.ForeignBook + 3;
        await rig.ResultsAsync<CreateAccountResult>(rig.Foreign, Operation.CreateAccounts, Recorded(Book, 41, 42));
        byte[] transfer = TenantRig.Prefixed<Transfer>(Book, new Transfer
        {
            Id = 9,
            DebitAccountId = 41,
            CreditAccountId = 42,
            Amount = 100,
            Ledger = 1,
            Code = 1,
        });
        using RawClient again = await RawClient.GreetAsync(rig.Address, rig.ForeignKey);
        CreateTransferResult first =
            (await rig.ResultsAsync<CreateTransferResult>(rig.Foreign, Operation.CreateTransfers, transfer)).Single();
        CreateTransferResult second =
            (await rig.ResultsAsync<CreateTransferResult>(again, Operation.CreateTransfers, transfer)).Single();
        Assert.Equal(
            (CreateTransferStatus.Created, CreateTransferStatus.Exists), (first.Status, second.Status));
        Account[] accounts = await rig.ResultsAsync<Account>(
            again, Operation.LookupAccounts, TenantRig.Prefixed<UInt128>(Book, 41, 42));
        Assert.Equal([100, 100], accounts.Select(account => (int)(account.DebitsPosted + account.CreditsPosted)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 255)]
    [InlineData(1, 0)]
    public async Task Only_a_version_that_is_spoken_here_is_agreed_on(byte min, byte max)
    {
        using RawClient client = await RawClient.ConnectAsync(rig.Address);
        await client.SendAsync(RawClient.Hello(rig.OwnKey, min, max));
        await client.ExpectAsync(FrameStatus.VersionUnsupported, 99);
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ExpectEndAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_frame_of_another_version_ends_the_connection(byte version)
    {
        using RawClient client = await RawClient.GreetAsync(rig.Address, rig.ForeignKey);
        byte[] frame = Recorded(3);
        frame[18] = version;
        await EndsAsync(client, frame, FrameStatus.VersionUnsupported);
    }

    // A checksum of zero is a checksum like any other: there is no way to leave it out.
    [Fact]
    public async Task A_frame_without_a_checksum_ends_the_connection()
    {
        using RawClient client = await RawClient.GreetAsync(rig.Address, rig.ForeignKey);
        byte[] frame = Recorded(3);
        frame.AsSpan(4, 4).Clear();
        await EndsAsync(client, frame, FrameStatus.ChecksumMismatch);
    }

    private static byte[] Recorded(ulong correlation) =>
        RawClient.Frame(Operation.CreateAccounts, correlation, Recorded(TenantRig.ForeignBook, 31));

    private static byte[] Recorded(ulong book, params ReadOnlySpan<ulong> ids)
    {
        Account[] accounts = new Account[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            accounts[i] = new Account { Id = ids[i], Ledger = 1, Code = 1 };
        }

        return TenantRig.Prefixed<Account>(book, accounts);
    }

    private static async Task EndsAsync(RawClient client, byte[] frame, FrameStatus status)
    {
        await client.SendAsync(frame);
        await client.ExpectAsync(status, 3);
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ExpectEndAsync();
    }
}
