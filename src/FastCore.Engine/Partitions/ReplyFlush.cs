using FastCore.Engine.Sessions;

namespace FastCore.Engine.Partitions;

/// <summary>
/// The ports that got replies in this duty cycle: each is signalled once, after all its replies are there.
/// </summary>
internal sealed class ReplyFlush
{
    private readonly ReplyPort?[] _ports = new ReplyPort?[64];
    private int _count;

    public void Add(ReplyPort port)
    {
        // Replies come in runs of the same session, so looking at the last few finds nearly every repeat; a port that
        // is signalled twice is harmless.
        int last = _count - 1;
        for (int i = last; i >= 0 && i > last - 4; i--)
        {
            if (ReferenceEquals(_ports[i], port))
            {
                return;
            }
        }

        if (_count == _ports.Length)
        {
            Signal();
        }

        _ports[_count++] = port;
    }

    public void Signal()
    {
        for (int i = 0; i < _count; i++)
        {
            _ports[i]!.Signal();
            _ports[i] = null;
        }

        _count = 0;
    }
}
