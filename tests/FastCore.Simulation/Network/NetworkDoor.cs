using System.Buffers;
using FastCore.Client;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Simulation.Domains;
using FastCore.Testing;

namespace FastCore.Simulation.Network;

/// <summary>
/// The way over a simulated network with the real client library. A request whose outcome an attempt left open is sent
/// again with the same content, hence the same ids, over whatever connection there is then.
/// </summary>
public sealed class NetworkDoor : ISimulatedDoor, IAsyncDisposable
{
    private readonly FastCoreClient _client;
    private readonly NetworkDoorOptions _options;
    private readonly TimeProvider _time;
    private readonly Queue<SimulatedAnswer> _answers = new();
    private long _lastTicket;
    private int _calls;
    private bool _isClosed;
    private Exception? _defect;

    /// <summary>Makes a client; it connects as soon as time passes.</summary>
    public NetworkDoor(SimulatedNetwork network, NetworkDoorOptions options, SeededRandom random, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(network);
        _options = options;
        _time = time;
        _client = FastCoreClient.Start(new FastCoreClientOptions
        {
            ClientName = "simulated",
            ApiKey = options.ApiKey,
            TimeoutMs = (uint)options.TimeoutMs,
            RetryUnknown = options.RetriesInside,
            MaxInFlight = options.InFlightMax,
            ReconnectDelayMaxMs = 1_000,
            KeepAliveMs = options.KeepAliveMs,
            Time = time,
            Threads = LoopThreads.Caller,
            Dial = network.DialAsync,
            Draw = (low, beyond) => random.Between(low, beyond - 1),
        });
    }

    /// <inheritdoc/>
    public int InFlight => _calls + _answers.Count;

    /// <summary>Whether answers are there, or something to throw.</summary>
    public bool HasAnswers => _answers.Count > 0 || _defect is not null;

    /// <summary>Where the client stands.</summary>
    public ClientState State => _client.State;

    /// <inheritdoc/>
    public long Submit(SimulatedRequest request)
    {
        long ticket = ++_lastTicket;
        _calls++;
        _ = CallAsync(ticket, request);
        return ticket;
    }

    /// <inheritdoc/>
    public bool TryTake(out SimulatedAnswer answer)
    {
        if (_defect is not null)
        {
            throw new InvalidOperationException("The client threw for what the network did.", _defect);
        }

        return _answers.TryDequeue(out answer!);
    }

    /// <summary>Cuts the connection; what is in flight gets its answer.</summary>
    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        return _client.DisposeAsync();
    }

    private async Task CallAsync(long ticket, SimulatedRequest request)
    {
        try
        {
            // Queries are promised far more room than their replies take.
            byte[] room = ArrayPool<byte>.Shared.Rent(ReplySizes.MaxOf(request));
            (Reply reply, int attempts) = await CallAsync(request, room).ConfigureAwait(false);
            byte[] body = room.AsSpan(0, reply.Length).ToArray();
            ArrayPool<byte>.Shared.Return(room);
            _answers.Enqueue(new SimulatedAnswer(ticket, request, reply.Status, body, attempts));
        }
        catch (Exception defect)
        {
            // Nobody awaits this; whoever takes answers is told.
            _defect ??= defect;
        }

        _calls--;
    }

    private async ValueTask<(Reply Reply, int Attempts)> CallAsync(SimulatedRequest request, byte[] body)
    {
        for (int attempt = 1; ; attempt++)
        {
            Reply reply = await _client.SendAsync(request.Operation, request.Body, body).ConfigureAwait(false);
            if (reply.Status == FrameStatus.Ok || (attempt == 1 && reply.Status != FrameStatus.Unknown))
            {
                return (reply, attempt);
            }

            // From the second attempt on a refusal decides nothing: an earlier attempt may have had its effect.
            if (attempt >= _options.AttemptsMax || _isClosed)
            {
                return (new Reply(FrameStatus.Unknown, 0, 0), attempt);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(_options.RetryMs), _time, CancellationToken.None)
                .ConfigureAwait(false);
        }
    }
}
