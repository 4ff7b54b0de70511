using System.Buffers;
using System.IO.Pipelines;
using FastCore.Protocol.Frames;

namespace FastCore.Simulation.Network;

/// <summary>
/// One direction of a connection: takes what was written at one end, holds it for its time on the way, and writes it at
/// the other end, in pieces as the network pleases. The order of the bytes is kept, as a stream keeps it.
/// </summary>
internal sealed class SimulatedLink
{
    private readonly SimulatedConnection _connection;
    private readonly PipeReader _source;
    private readonly PipeWriter _target;
    private readonly LoopSignal _arrivals = new(LoopThreads.Caller);
    private readonly LoopSignal _room = new(LoopThreads.Caller);
    private readonly Queue<Piece> _onTheWay = new();
    private long _bytesOnTheWay;
    private long _lastDue;
    private Exception? _error;
    private bool _isBroken;
    private bool _isSilent;
    private bool _isSourceDead;
    private bool _isTargetDead;

    public SimulatedLink(SimulatedConnection connection, int direction, PipeReader source, PipeWriter target)
    {
        _connection = connection;
        Direction = direction;
        _source = source;
        _target = target;
        Carrying = Task.WhenAll(TakeAsync(), BringAsync());
    }

    /// <summary>0 = to the server, 1 = to the client.</summary>
    public int Direction { get; }

    /// <summary>Both loops; fails only by a defect of the simulation.</summary>
    public Task Carrying { get; }

    /// <summary>No byte is taken any more; the other end learns of it after what is on the way, or at once.</summary>
    public void Break(bool bringsRest, Exception? error)
    {
        if (_isBroken || _isTargetDead)
        {
            return;
        }

        _isBroken = true;
        _isSilent = false;
        _error = error;
        if (!bringsRest)
        {
            Forget();
        }

        Add(null);
        if (!_isSourceDead)
        {
            _source.CancelPendingRead();
            _room.Raise();
        }
    }

    /// <summary>Nothing arrives any more, and nobody is told.</summary>
    public void Silence()
    {
        _isSilent = true;
        Forget();
    }

    /// <summary>
    /// The process at the source was killed. Its end is never touched again: nothing of a dead process may go on.
    /// </summary>
    public void LoseSource() => _isSourceDead = true;

    /// <summary>The process at the target was killed; its end is never touched again either.</summary>
    public void LoseTarget()
    {
        _isTargetDead = true;
        Forget();
    }

    private void Forget()
    {
        _onTheWay.Clear();
        _bytesOnTheWay = 0;
        if (!_isSourceDead)
        {
            _room.Raise();
        }
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            ReadResult result = await _source.ReadAsync().ConfigureAwait(false);
            if (_isBroken || _isTargetDead)
            {
                break;
            }

            Send(result.Buffer);
            _source.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                EndInOrder();
                break;
            }

            while (_bytesOnTheWay >= _connection.Network.Options.CapacityBytes && !_isBroken && !_isTargetDead)
            {
                await _room.WaitAsync().ConfigureAwait(false);
            }
        }

        await _source.CompleteAsync().ConfigureAwait(false);
    }

    private void EndInOrder()
    {
        if (_isSilent)
        {
            _connection.OnEnd(this);
        }
        else
        {
            _isBroken = true;
            Add(null);
        }
    }

    private void Send(in ReadOnlySequence<byte> bytes)
    {
        if (_isSilent || bytes.IsEmpty)
        {
            return;
        }

        byte[] run = bytes.ToArray();
        foreach (Range piece in _connection.Network.Split(run.Length))
        {
            Add(run[piece]);
        }
    }

    private void Add(byte[]? bytes)
    {
        _lastDue = Math.Max(_lastDue, _connection.Network.ArrivalOfSentNow());
        _onTheWay.Enqueue(new Piece(_lastDue, bytes));
        _bytesOnTheWay += bytes?.Length ?? 0;
        _arrivals.Raise();
    }

    private async Task BringAsync()
    {
        while (!_isTargetDead)
        {
            if (!_onTheWay.TryPeek(out Piece piece))
            {
                await _arrivals.WaitAsync().ConfigureAwait(false);
                continue;
            }

            if (_connection.Network.TimeUntil(piece.Due) is { Ticks: > 0 } wait)
            {
                // What is first may have changed when the time has come, so it is looked at again.
                await Task.Delay(wait, _connection.Network.Time, CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            _onTheWay.Dequeue();
            if (piece.Bytes is null)
            {
                await _target.CompleteAsync(_error).ConfigureAwait(false);
                _connection.OnEnd(this);
                return;
            }

            _bytesOnTheWay -= piece.Bytes.Length;
            if (!_isSourceDead)
            {
                _room.Raise();
            }

            await BringAsync(piece.Bytes).ConfigureAwait(false);
        }
    }

    private async ValueTask BringAsync(byte[] bytes)
    {
        int length = _connection.Network.Arrive(_connection, this, bytes);
        if (length == 0)
        {
            return;
        }

        FlushResult result = await _target.WriteAsync(bytes.AsMemory(0, length)).ConfigureAwait(false);
        if (result.IsCompleted)
        {
            // Whoever read here is gone: what is still sent comes back as a reset.
            Break(bringsRest: false, new IOException("Connection reset by peer."));
        }
    }

    private readonly record struct Piece(long Due, byte[]? Bytes);
}
