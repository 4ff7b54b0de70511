using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Keeps everything that is logged, at every level, with exceptions and fields.</summary>
internal sealed class RecordingLog : ILoggerFactory
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    /// <summary>The audit's lines about single refusals.</summary>
    public IReadOnlyList<LogLine> Refusals => [.. _lines.Where(line => line.Event == 2010)];

    public ILogger CreateLogger(string categoryName) => new Recorder(_lines, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Recorder(ConcurrentQueue<LogLine> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Dictionary<string, object?> fields = [];
            foreach ((string name, object? value) in
                state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                fields[name] = value;
            }

            lines.Enqueue(new LogLine(category, eventId.Id, $"{formatter(state, exception)} {exception}", fields));
        }
    }
}

/// <summary>One line of the log.</summary>
internal sealed record LogLine(string Category, int Event, string Text, IReadOnlyDictionary<string, object?> Fields)
{
    /// <summary>All of it as text.</summary>
    public override string ToString() => $"{Category} {Text} {string.Join(' ', Fields)}";
}
