using FastCore.Protocol;
using FastCore.Simulation.Checks;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>
/// The way of one client to the node. What it takes in gets exactly one answer, or none when the node goes.
/// </summary>
internal interface IClientWay
{
    /// <summary>Whether answers are there.</summary>
    bool HasAnswers { get; }

    /// <summary>Hands a call over; anything but Ok says that it was refused and will not be answered.</summary>
    FrameStatus TrySubmit(Call call, SeededRandom random);

    /// <summary>Gives the client the answers that are there.</summary>
    void Drain(SimulatedClient client);
}
