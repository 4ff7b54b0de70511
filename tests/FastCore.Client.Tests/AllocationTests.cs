using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client.Tests;

/// <summary>Alone, since the count of allocated bytes is the process's.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Pipelined = 16;

    // Others in the process (the test host) may allocate at any time, so the quietest round counts: an allocation per
    // call would be in every round.
    [Fact]
    public async Task Calls_allocate_nothing_in_steady_state()
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Thread echo = new(() => Echo(listener)) { IsBackground = true };
        echo.Start();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        FastCoreClient client = await FastCoreClient.ConnectAsync(new() { Endpoint = $"tcp://127.0.0.1:{port}" });
        long quietest = await Task.Run(() => QuietestRoundAsync(client));
        Assert.Equal(0, quietest);
        await client.DisposeAsync();
        echo.Join();
    }

    private static async Task<long> QuietestRoundAsync(FastCoreClient client)
    {
        byte[] body = new byte[16 + (64 * 128)];
        byte[][] replies = Enumerable.Range(0, Pipelined).Select(_ => new byte[64 * 16]).ToArray();
        ValueTask<Reply>[] calls = new ValueTask<Reply>[Pipelined];
        long quietest = long.MaxValue;
        for (int round = 0; round < 40; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int turn = 0; turn < 25; turn++)
            {
                for (int i = 0; i < Pipelined; i++)
                {
                    ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, body, replies[i]);
                    calls[i] = call;
                }

                for (int i = 0; i < Pipelined; i++)
                {
                    Reply reply = await calls[i].ConfigureAwait(false);
                    if (reply != new Reply(FrameStatus.Ok, 64 * 16, 0))
                    {
                        throw new InvalidOperationException(reply.ToString());
                    }
                }
            }

            quietest = Math.Min(quietest, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return quietest;
    }

    /// <summary>Answers every request with zeros, blocking, on its own thread, without allocating.</summary>
    private static void Echo(Socket listener)
    {
        using Socket socket = listener.Accept();
        socket.NoDelay = true;
        byte[] frame = new byte[Limits.RequestFrameSizeMax];
        byte[] answer = new byte[Limits.FrameHeaderSize + (64 * 16)];
        byte[] zeros = new byte[64 * 16];
        HelloReply reply = ScriptedPeer.DefaultHello;
        byte[] hello = MemoryMarshal.AsBytes(new ReadOnlySpan<HelloReply>(in reply)).ToArray();
        while (Fill(socket, frame.AsSpan(0, Limits.FrameHeaderSize)))
        {
            FrameHeader header = MemoryMarshal.Read<FrameHeader>(frame);
            if (!Fill(socket, frame.AsSpan(Limits.FrameHeaderSize, (int)header.Length - Limits.FrameHeaderSize)))
            {
                return;
            }

            header.TimeoutMs = 0;
            int length = FrameSeal.Write(answer, ref header, header.Operation == Operation.Hello ? hello : zeros);
            socket.Send(answer.AsSpan(0, length));
        }
    }

    private static bool Fill(Socket socket, Span<byte> target)
    {
        while (target.Length > 0)
        {
            int count = socket.Receive(target, SocketFlags.None, out SocketError error);
            if (count == 0 || error != SocketError.Success)
            {
                return false;
            }

            target = target[count..];
        }

        return true;
    }
}
