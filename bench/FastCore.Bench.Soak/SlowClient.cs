using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Protocol.Memory;
using FastCore.Torture;

namespace FastCore.Bench.Soak;

/// <summary>
/// A client that asks for much and takes it slowly, a little every now and then, so that its replies pile up in the
/// server; when it is cut off it comes back. The server must neither grow by it nor slow down for others.
/// </summary>
internal sealed class SlowClient(SoakServer server, SoakReport report)
{
    private const int RequestsAtOnce = 64;
    private const int BytesAtOnce = 4_096;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // It stops reading for so long now and then.
    private const int ReadsPerNap = 100;
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(2);

    /// <summary>Runs until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                ServerProcess process = await server.Up.WaitAsync(stop);
                await TakeSlowlyAsync(process, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Cut off, or the server ended.
                await Task.WhenAny(Task.Delay(Pause, TimeProvider.System, stop));
            }
        }
    }

    private async Task TakeSlowlyAsync(ServerProcess process, CancellationToken stop)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 8_192 };
        await socket.ConnectAsync(IPEndPoint.Parse(process.Address["tcp://".Length..]), stop);
        await SendAsync(socket, Hello(), stop);
        Task asking = AskAsync(socket, stop);
        byte[] buffer = new byte[BytesAtOnce];

        // It leaves before a server that ends: that would wait for it, half a minute at most.
        for (int reads = 1; server.Serves(process) && !stop.IsCancellationRequested; reads++)
        {
            int count = await socket.ReceiveAsync(buffer, stop);
            if (count == 0)
            {
                break;
            }

            report.CountSlowBytes(count);
            await Task.Delay(reads % ReadsPerNap == 0 ? Nap : Pause, TimeProvider.System, stop);
        }

        socket.Dispose();
        await asking;
    }

    // Asks as fast as the server takes it, which is no faster than this client reads.
    private static async Task AskAsync(Socket socket, CancellationToken stop)
    {
        MemoryFilter filter = new() { Limit = 1_000 };
        byte[] body = MemoryMarshal.AsBytes(new ReadOnlySpan<MemoryFilter>(in filter)).ToArray();
        try
        {
            for (ulong correlation = 1; !stop.IsCancellationRequested; correlation += RequestsAtOnce)
            {
                for (ulong i = 0; i < RequestsAtOnce; i++)
                {
                    await SendAsync(socket, Frame(Operation.GetMemory, correlation + i, body), stop);
                }

                await Task.Delay(Pause, TimeProvider.System, stop);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The reading side tells what became of the connection.
        }
    }

    private static byte[] Hello()
    {
        _ = HelloRequest.TryCreate("soak, slow", "", out HelloRequest request);
        return Frame(
            Operation.Hello, 0, MemoryMarshal.AsBytes(new ReadOnlySpan<HelloRequest>(in request)).ToArray());
    }

    private static byte[] Frame(Operation operation, ulong correlation, byte[] body)
    {
        FrameHeader header = new() { Operation = operation, Correlation = correlation };
        byte[] frame = new byte[Limits.FrameHeaderSize + body.Length];
        FrameSeal.Write(frame, ref header, body);
        return frame;
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
        }
    }
}
