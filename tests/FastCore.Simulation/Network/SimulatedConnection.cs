using System.IO.Pipelines;

namespace FastCore.Simulation.Network;

/// <summary>A connection over the simulated network: a link each way between a client's stream and a server.</summary>
internal sealed class SimulatedConnection
{
    // Continuations stay on the thread that completes what they wait for: the simulation's.
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly SimulatedLink _up;
    private readonly SimulatedLink _down;
    private int _ends;

    public SimulatedConnection(SimulatedNetwork network, long number)
    {
        Network = network;
        Number = number;
        Pipe clientOut = new(Inline);
        Pipe serverIn = new(Inline);
        Pipe serverOut = new(Inline);
        Pipe clientIn = new(Inline);
        ClientEnd = new PipeStream(clientIn.Reader, clientOut.Writer);
        ServerEnd = new SimulatedConnectionContext(this, serverIn.Reader, serverOut.Writer);
        _up = new SimulatedLink(this, 0, clientOut.Reader, serverIn.Writer);
        _down = new SimulatedLink(this, 1, serverOut.Reader, clientIn.Writer);
    }

    public SimulatedNetwork Network { get; }

    public long Number { get; }

    public PipeStream ClientEnd { get; }

    public SimulatedConnectionContext ServerEnd { get; }

    /// <summary>What went wrong in the simulation itself.</summary>
    public Exception? Defect => _up.Carrying.Exception ?? _down.Carrying.Exception ?? Serving.Exception;

    /// <summary>The server's side.</summary>
    public Task Serving { get; private set; } = Task.CompletedTask;

    /// <summary>Has a front serve it.</summary>
    public void Serve(SimulatedFront front) => Serving = ServeAsync(front);

    /// <summary>
    /// Cuts the connection in one of the ways in which connections end: both ends learn of it at once, or one of them
    /// after what was on its way, or neither ever does.
    /// </summary>
    public void Cut(int way)
    {
        if (way == 3)
        {
            _up.Silence();
            _down.Silence();
            return;
        }

        IOException reset = new("Connection reset by peer.");
        _up.Break(bringsRest: way == 1, reset);
        _down.Break(bringsRest: way == 2, reset);
    }

    /// <summary>The server's process was killed. Its side is never touched again; the client is told.</summary>
    public void Kill()
    {
        _up.LoseTarget();
        _down.LoseSource();
        _down.Break(bringsRest: true, new IOException("Connection reset by peer."));
    }

    /// <summary>A link delivered its end, or came to it in silence.</summary>
    public void OnEnd(SimulatedLink link)
    {
        if (++_ends == 2)
        {
            Network.Remove(this);
        }

        if (link.Direction == 1)
        {
            // A client that is told that its connection ended sends nothing more that anybody would take.
            _up.Break(bringsRest: true, error: null);
        }
    }

    private async Task ServeAsync(SimulatedFront front)
    {
        await front.ServeAsync(ServerEnd).ConfigureAwait(false);

        // What a server does with a connection whose handler ended.
        await ServerEnd.Transport.Output.CompleteAsync().ConfigureAwait(false);
        await ServerEnd.Transport.Input.CompleteAsync().ConfigureAwait(false);
    }
}
