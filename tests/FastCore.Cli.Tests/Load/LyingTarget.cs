using FastCore.Bench.Load;
using FastCore.Protocol;

namespace FastCore.Cli.Tests.Load;

/// <summary>An engine that tells a wrong number in the answers of one operation, to those who verify.</summary>
internal sealed class LyingTarget : ILoadTarget, IFastCoreSession
{
    private readonly ILoadTarget _honest;
    private readonly Operation _operation;
    private readonly int _offset;
    private bool _isLying;

    /// <summary>Makes a liar.</summary>
    /// <param name="honest">Who knows the truth.</param>
    /// <param name="operation">Where to lie.</param>
    /// <param name="offset">Which byte of each answer to change.</param>
    public LyingTarget(ILoadTarget honest, Operation operation, int offset)
    {
        _honest = honest;
        _operation = operation;
        _offset = offset;
    }

    /// <inheritdoc/>
    public IFastCoreSession Session => this;

    /// <inheritdoc/>
    public Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation)
    {
        // From here on the run is prepared, and what is asked is asked to verify.
        _isLying = true;
        return _honest.OpenDoorAsync(options, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        Reply answer = await _honest.Session.SendAsync(operation, body, reply, options);
        if (_isLying && operation == _operation && answer.Length > _offset)
        {
            reply.Span[_offset] ^= 1;
        }

        return answer;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _honest.DisposeAsync();
}
