using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Fraud.Scoring;
using FastCore.Payments.Payments;
using FastCore.Seats;

namespace FastCore.Node;

/// <summary>
/// What a burst goes through (a hundred thousand holds that expire together) is marked to be optimized at once, since
/// it would be over before the runtime finds out that it is hot. But then it is compiled when it is first called: by
/// the partition's thread, with the burst waiting, some twenty milliseconds. So a node has it compiled before it
/// opens.
/// </summary>
internal static class PreparedCode
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Lazy<MethodBase[]> All = new(PrepareAll);
    private static readonly ConcurrentDictionary<Type, int> PreparedParts = new();

    /// <summary>
    /// The methods; compiled when this is first asked for. Methods of generic types are not among them.
    /// </summary>
    public static IReadOnlyList<MethodBase> Prepare() => All.Value;

    /// <summary>
    /// The same for the ways of a checkpoint through parts of the state, each of which is a type of its own: compiling
    /// them was most of what the first checkpoint held a partition for.
    /// </summary>
    /// <returns>How many methods were compiled for the first time in this process.</returns>
    public static int PrepareCheckpoints(IReadOnlyList<IStatePart> parts)
    {
        int prepared = 0;
        foreach (Type type in parts.Select(part => part.GetType()))
        {
            if (!PreparedParts.TryAdd(type, 0))
            {
                continue;
            }

            RuntimeTypeHandle[] arguments = [.. type.GetGenericArguments().Select(argument => argument.TypeHandle)];
            foreach (MethodInfo method in type.GetMethods(Declared).Where(IsOfCheckpoints))
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle, arguments);
                prepared++;
            }
        }

        return prepared;
    }

    private static bool IsOfCheckpoints(MethodInfo method) => !method.IsGenericMethodDefinition && method.Name
        is nameof(IStatePart.BeginCheckpoint) or nameof(IStatePart.WriteSlice) or "SaveBeforeChange" or "TakeImage"
        or "EndCheckpoint" or "Trim" or "SealTail";

    private static MethodBase[] PrepareAll()
    {
        Assembly[] assemblies =
        [
            typeof(Partition).Assembly, typeof(PaymentsMachine).Assembly, typeof(SeatsMachine).Assembly,
            typeof(FraudMachine).Assembly,
        ];
        MethodBase[] methods =
        [
            .. assemblies.SelectMany(assembly => assembly.GetTypes())
                .Where(type => !type.ContainsGenericParameters)
                .SelectMany(type => type.GetMethods(Declared))
                .Where(IsMarked),
        ];
        foreach (MethodBase method in methods)
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }

        return methods;
    }

    private static bool IsMarked(MethodInfo method) =>
        (method.MethodImplementationFlags & MethodImplAttributes.AggressiveOptimization) != 0
        && !method.ContainsGenericParameters;
}
