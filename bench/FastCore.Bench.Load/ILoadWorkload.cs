using System.Text.Json.Nodes;
using FastCore.Protocol;

namespace FastCore.Bench.Load;

/// <summary>What is sent, what is expected, and how it is proven afterwards.</summary>
internal interface ILoadWorkload
{
    /// <summary>The write that the run consists of, if it is one.</summary>
    Operation Operation { get; }

    /// <summary>Bytes of a request body with so many commands.</summary>
    int BodySize(int commands);

    /// <summary>Bytes of results of so many commands.</summary>
    int ResultsSize(int commands);

    /// <summary>Opens what the run needs (accounts, merchants) and notes where the books stand.</summary>
    Task PrepareAsync(IFastCoreSession session, CancellationToken cancellation);

    /// <summary>A sender's own sequence of commands. Senders share nothing.</summary>
    ILoadStream OpenStream(int number);

    /// <summary>The measured part begins.</summary>
    void BeginMeasuring()
    {
    }

    /// <summary>The measured part has ended.</summary>
    void EndMeasuring()
    {
    }

    /// <summary>Adds what only this workload measures.</summary>
    /// <param name="json">The report's document.</param>
    /// <param name="seconds">Seconds measured.</param>
    void AddTo(JsonObject json, double seconds)
    {
    }

    /// <summary>Compares what the books say with what was acknowledged.</summary>
    /// <returns>What does not agree; empty when everything does.</returns>
    Task<IReadOnlyList<string>> VerifyAsync(
        IFastCoreSession session, IReadOnlyList<ILoadStream> streams, CancellationToken cancellation);
}

/// <summary>One sender's sequence of commands. Used by one thread; allocates nothing.</summary>
internal interface ILoadStream
{
    /// <summary>Fills a request with the next commands.</summary>
    void Fill(LoadRequest request);

    /// <summary>
    /// Compares the answers with what was expected and adds what was accepted to the expected books. Requests come here
    /// in the order in which they were filled.
    /// </summary>
    RequestCounts Check(LoadRequest request, ReadOnlySpan<byte> results);

    /// <summary>The first answer that was not expected, or null.</summary>
    string? FirstSurprise { get; }
}
