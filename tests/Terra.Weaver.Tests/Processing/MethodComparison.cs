using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Terra.Weaver.Tests.Processing;

/// <summary>
/// Follows a method and its woven form side by side along every path, exception handlers included: but for what the weaver added, the
/// same instructions with the same operands (constants, arguments, locals, members, targets) must come, in the same try blocks.
/// </summary>
public sealed class MethodComparison
{
    private readonly MethodBody _original;
    private readonly MethodBody _woven;
    private readonly int _locals;
    private readonly HashSet<(Instruction? Original, Instruction? Woven)> _seen = [];
    private readonly Queue<(Instruction? Original, Instruction? Woven)> _open = new();

    private MethodComparison(MethodBody original, MethodBody woven)
    {
        _original = original;
        _woven = woven;
        _locals = original.Variables.Count;
        original.SimplifyMacros();
        woven.SimplifyMacros();
    }

    /// <summary>The first difference of each method that has one; the methods that have hooks.</summary>
    public static (IReadOnlyList<string> Differences, IReadOnlyList<string> Hooked) Compare(string originalPath, string wovenPath)
    {
        using ModuleDefinition original = ModuleDefinition.ReadModule(originalPath);
        using ModuleDefinition woven = ModuleDefinition.ReadModule(wovenPath);
        Dictionary<string, MethodDefinition> methods = Bodies(woven).ToDictionary(NameOf);
        List<string> differences = [], hooked = [];
        foreach (MethodDefinition method in Bodies(original))
        {
            string name = NameOf(method);
            if (!methods.TryGetValue(name, out MethodDefinition? counterpart))
            {
                differences.Add($"{name} is missing");
                continue;
            }

            if (counterpart.Body.Instructions.Any(IsHookCall))
            {
                hooked.Add(name);
            }

            if (new MethodComparison(method.Body, counterpart.Body).Difference() is { } difference)
            {
                differences.Add($"{name}: {difference}");
            }
        }

        return (differences, hooked);
    }

    private static IEnumerable<MethodDefinition> Bodies(ModuleDefinition module) => module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    private static string NameOf(MethodDefinition method) => $"{method.FullName}`{method.GenericParameters.Count}";

    private string? Difference()
    {
        int added = _woven.ExceptionHandlers.Count - _original.ExceptionHandlers.Count;
        if (added is < 0 or > 1 || !_original.Variables.Zip(_woven.Variables).All(pair => pair.First.VariableType.FullName == pair.Second.VariableType.FullName))
        {
            return "it has other handlers or locals";
        }

        _open.Enqueue((_original.Instructions[0], _woven.Instructions[0]));
        foreach ((ExceptionHandler before, ExceptionHandler after) in _original.ExceptionHandlers.Zip(_woven.ExceptionHandlers))
        {
            if (before.HandlerType != after.HandlerType || before.CatchType?.FullName != after.CatchType?.FullName)
            {
                return $"the handler at {before.HandlerStart} is of another kind";
            }

            _open.Enqueue((before.HandlerStart, after.HandlerStart));
            if (before.FilterStart is not null)
            {
                _open.Enqueue((before.FilterStart, after.FilterStart));
            }
        }

        while (_open.TryDequeue(out (Instruction? Original, Instruction? Woven) pair))
        {
            if (Step(pair.Original, pair.Woven) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    /// <summary>Compares two instructions and queues what follows them.</summary>
    private string? Step(Instruction? original, Instruction? woven)
    {
        original = SkipForms(original);
        woven = SkipHooks(woven, original?.OpCode.Code == Code.Ret);
        if (!_seen.Add((original, woven)))
        {
            return null;
        }

        if (original is null || woven is null || original.OpCode != woven.OpCode || !SameOperand(original.Operand, woven.Operand))
        {
            return $"'{original}' has become '{woven}'";
        }

        if (original.OpCode.Code != Code.Ret && !TriesAround(_original, original).SequenceEqual(TriesAround(_woven, woven)))
        {
            return $"'{original}' is in other try blocks";
        }

        switch (original.Operand)
        {
            case Instruction target:
                _open.Enqueue((target, (Instruction)woven.Operand));
                break;
            case Instruction[] targets:
                foreach ((Instruction first, Instruction second) in targets.Zip((Instruction[])woven.Operand))
                {
                    _open.Enqueue((first, second));
                }

                break;
        }

        if (original.OpCode.FlowControl is not (FlowControl.Return or FlowControl.Throw or FlowControl.Branch))
        {
            _open.Enqueue((original.Next, woven.Next));
        }

        return null;
    }

    /// <summary>The numbers of the original's clauses whose try block, filter or handler an instruction is in.</summary>
    private IEnumerable<int> TriesAround(MethodBody body, Instruction instruction) => Enumerable.Range(0, _original.ExceptionHandlers.Count * 2)
        .Where(i =>
        {
            ExceptionHandler clause = body.ExceptionHandlers[i / 2];
            return i % 2 == 0
                ? IsWithin(instruction, clause.TryStart, clause.TryEnd)
                : IsWithin(instruction, clause.FilterStart ?? clause.HandlerStart, clause.HandlerEnd);
        });

    private static bool IsWithin(Instruction instruction, Instruction start, Instruction? end) =>
        instruction.Offset >= start.Offset && (end is null || instruction.Offset < end.Offset);

    /// <summary>Goes past what has no meaning of its own.</summary>
    private static Instruction? SkipForms(Instruction? instruction)
    {
        while (instruction is { OpCode.Code: Code.Nop or Code.Br or Code.Tail })
        {
            instruction = instruction.OpCode.Code == Code.Br ? (Instruction)instruction.Operand : instruction.Next;
        }

        return instruction;
    }

    /// <summary>Goes past hooks with their operands, and, where a return is expected, out of the guard round the method.</summary>
    private Instruction? SkipHooks(Instruction? instruction, bool returns)
    {
        while (true)
        {
            instruction = SkipForms(instruction);
            int length = HookLength(instruction);
            if (length > 0)
            {
                for (; length > 0; length--)
                {
                    instruction = instruction!.Next;
                }
            }
            else if (returns && instruction is { OpCode.Code: Code.Leave })
            {
                instruction = (Instruction)instruction.Operand;
            }
            else
            {
                return instruction;
            }
        }
    }

    private int HookLength(Instruction? instruction) => instruction switch
    {
        { Operand: FieldReference { DeclaringType.Name: "<TerraModule>" } } => 3, // with the constant and the addition
        { Operand: VariableDefinition local } when local.Index >= _locals => instruction.Next is { OpCode.Code: Code.Initobj } ? 2 : 1,
        { OpCode.Code: Code.Ldarg, Next.Operand: FieldReference field } when IsAdded(field) => 2,
        { OpCode.Code: Code.Ldarg, Next.Next.Operand: FieldReference field } when IsAdded(field) && IsHookCall(instruction.Next) => 3,
        { } call when IsHookCall(call) => 1,
        _ => 0,
    };

    private static bool IsHookCall(Instruction instruction) => instruction.Operand is MethodReference { DeclaringType.FullName: "Terra.Runtime.Tracing.ProgramHooks" };

    private static bool IsAdded(FieldReference field) => field.Name.StartsWith("<terra>", StringComparison.Ordinal);

    private static bool SameOperand(object? before, object? after) => (before, after) switch
    {
        (null, null) => true,
        (Instruction, Instruction) => true,
        (Instruction[] first, Instruction[] second) => first.Length == second.Length,
        (VariableDefinition first, VariableDefinition second) => first.Index == second.Index,
        (ParameterDefinition first, ParameterDefinition second) => first.Sequence == second.Sequence,
        (MemberReference first, MemberReference second) => first.FullName == second.FullName,
        (CallSite first, CallSite second) => first.FullName == second.FullName,
        _ => Equals(before, after),
    };
}
