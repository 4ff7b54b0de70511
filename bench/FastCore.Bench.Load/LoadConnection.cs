using System.Diagnostics;
using System.Runtime.InteropServices;
using FastCore.Protocol;

namespace FastCore.Bench.Load;

/// <summary>
/// One connection of a sender: a ring of request slots, filled and checked in order although partitions may answer in
/// any order. Allocates nothing.
/// </summary>
internal sealed class LoadConnection : ILoadReplies
{
    private readonly LoadSender _sender;
    private readonly LoadRequest[] _slots;
    private int _head;
    private int _count;
    private int _sendAgainCount;

    /// <summary>Makes a connection with its slots.</summary>
    public LoadConnection(
        LoadSender sender, ILoadWorkload workload, ILoadDoor door, ILoadStream stream, LoadOptions options)
    {
        _sender = sender;
        Door = door;
        Stream = stream;
        _slots = new LoadRequest[options.InFlight];
        for (int i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new LoadRequest(
                workload.Operation, workload.BodySize(options.Batch), workload.ResultsSize(options.Batch),
                options.Batch);
        }
    }

    /// <summary>The way to the engine.</summary>
    public ILoadDoor Door { get; }

    /// <summary>What is sent.</summary>
    public ILoadStream Stream { get; }

    /// <summary>A slot is free and nothing waits to be sent again.</summary>
    public bool CanSend => _count < _slots.Length && _sendAgainCount == 0;

    /// <summary>Something is not answered yet.</summary>
    public bool IsBusy => _count > 0;

    /// <summary>Something was refused for the moment.</summary>
    public bool MustSendAgain => _sendAgainCount > 0;

    /// <summary>Fills the next slot and sends it.</summary>
    public void Send(long plannedTicks)
    {
        int slot = (_head + _count) % _slots.Length;
        LoadRequest request = _slots[slot];
        request.PlannedTicks = plannedTicks;
        Stream.Fill(request);
        _count++;
        _ = TrySubmit(slot);
    }

    /// <summary>Sends again what was refused for the moment, oldest first.</summary>
    /// <returns>True when something was sent.</returns>
    public bool SendAgain()
    {
        bool sent = false;
        for (int i = 0; i < _count && _sendAgainCount > 0; i++)
        {
            int slot = (_head + i) % _slots.Length;
            if (_slots[slot].State != LoadRequestState.SendAgain)
            {
                continue;
            }

            _sendAgainCount--;
            if (!TrySubmit(slot))
            {
                return sent;
            }

            sent = true;
        }

        return sent;
    }

    /// <inheritdoc/>
    public void OnReply(int slot, FrameStatus status, ReadOnlySpan<byte> results)
    {
        LoadRequest request = _slots[slot];
        if (status != FrameStatus.Ok)
        {
            Refuse(request, status);
            return;
        }

        if (IsPartlyRefused(request.Operation, results))
        {
            request.WasPartlyAccepted = true;
            Refuse(request, FrameStatus.Overloaded);
            return;
        }

        request.AnsweredTicks = Stopwatch.GetTimestamp();
        if (slot == _head)
        {
            Finish(request, results);
            while (_count > 0 && _slots[_head].State == LoadRequestState.Answered)
            {
                Finish(_slots[_head], _slots[_head].Results.AsSpan(0, _slots[_head].ResultsLength));
            }

            return;
        }

        // The span may lie in the slot's own buffer already; then this copies nothing.
        results.CopyTo(request.Results);
        request.ResultsLength = results.Length;
        request.State = LoadRequestState.Answered;
    }

    // Whether a partition refused its share for the moment while others took theirs, so that all must be sent again.
    private static bool IsPartlyRefused(Operation operation, ReadOnlySpan<byte> results)
    {
        OperationShape shape = OperationTable.Find(operation)!;
        for (int at = OperationShape.ResultCodeOffset; shape.IsScattered && at < results.Length; at += shape.ResultSize)
        {
            if (MemoryMarshal.Read<uint>(results[at..]) == (uint)FrameStatus.Overloaded)
            {
                return true;
            }
        }

        return false;
    }

    private void Finish(LoadRequest request, ReadOnlySpan<byte> results)
    {
        _sender.OnAnswered(Stream, request, results);
        request.State = LoadRequestState.Free;
        request.WasPartlyAccepted = false;
        _head = _head + 1 == _slots.Length ? 0 : _head + 1;
        _count--;
    }

    private bool TrySubmit(int slot)
    {
        LoadRequest request = _slots[slot];
        request.State = LoadRequestState.Sent;
        FrameStatus status = Door.TrySubmit(slot, request);
        if (status != FrameStatus.Ok)
        {
            Refuse(request, status);
        }

        return status == FrameStatus.Ok;
    }

    private void Refuse(LoadRequest request, FrameStatus status)
    {
        if (status is FrameStatus.Overloaded or FrameStatus.TooManyInFlight)
        {
            request.State = LoadRequestState.SendAgain;
            _sendAgainCount++;
            _sender.CountRetry();
            return;
        }

        _sender.Fail($"A request was refused as a whole: {status}.");
    }
}
