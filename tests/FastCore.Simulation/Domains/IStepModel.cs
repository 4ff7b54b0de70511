using FastCore.Protocol;

namespace FastCore.Simulation.Domains;

/// <summary>
/// A model of requests that take several steps, or go to every partition: their commands in the journal are not what
/// clients sent, so their answers are compared with what the model knows once they are there.
/// </summary>
public interface IStepModel
{
    /// <summary>Whether the answers to such a request are compared this way.</summary>
    bool TakesSteps(Operation operation);

    /// <summary>Whether such a command of the journal is a step of one.</summary>
    bool IsStep(Operation operation);

    /// <summary>Compares an answer with the state after everything that was committed when it came.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="body">The elements.</param>
    /// <param name="reply">Their results.</param>
    /// <returns>Null, or a sentence that says what is wrong.</returns>
    string? Compare(Operation operation, ReadOnlySpan<byte> body, ReadOnlySpan<byte> reply);
}
