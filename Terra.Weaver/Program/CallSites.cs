using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Emission;

namespace Terra.Weaver.Program;

/// <summary>
/// EnterCall and ExitCall directly around call instructions. The arguments lie on the stack by then, and stay there; one local keeps
/// the saved location for all sites of a method, since a call instruction contains no other.
/// </summary>
internal static class CallSites
{
    /// <summary>Hooks the sites of a body and returns their positions in it.</summary>
    public static List<int> Hook(
        MethodDefinition method, CanonicalBody body, BodyEdits edits, ProgramHookSet hooks, SiteTable sites, Func<Instruction, bool> isSite)
    {
        List<int> positions = [];
        VariableDefinition? saved = null;
        for (int i = 0; i < body.Code.Count; i++)
        {
            Instruction call = body.Code[i];
            if (!isSite(call))
            {
                continue;
            }

            int first = i;
            bool isTail = false;
            while (first > 0 && body.Code[first - 1].OpCode.OpCodeType == OpCodeType.Prefix)
            {
                first--;
                isTail |= body.Code[first].OpCode.Code == Code.Tail;
            }

            if (isTail)
            {
                continue;
            }

            if (saved is null)
            {
                saved = new VariableDefinition(hooks.Location);
                body.Body.Variables.Add(saved);
            }

            positions.Add(i);
            edits.Before(
                body.Code[first],
                [.. sites.Add(SiteKind.Call, method, call), Instruction.Create(OpCodes.Call, hooks.EnterCall), Instruction.Create(OpCodes.Stloc, saved)]);
            edits.After(call, [Instruction.Create(OpCodes.Ldloc, saved), Instruction.Create(OpCodes.Call, hooks.ExitCall)]);
        }

        return positions;
    }
}
