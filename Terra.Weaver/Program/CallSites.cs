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
    /// <summary>The positions of a body's sites.</summary>
    public static List<int> Find(CanonicalBody body, Func<Instruction, bool> isSite) =>
        [.. Enumerable.Range(0, body.Code.Count).Where(i => isSite(body.Code[i]))];

    /// <summary>Hooks the sites. A tail call leaves its method, so that no hook could follow it: it is none.</summary>
    public static void Hook(MethodDefinition method, CanonicalBody body, BodyEdits edits, ProgramHookSet hooks, SiteTable sites, List<int> positions)
    {
        VariableDefinition? saved = null;
        foreach (int position in positions.Where(p => !TailCalls.IsTailCall(body.Code, p)))
        {
            Instruction call = body.Code[position];
            int first = position;
            while (first > 0 && body.Code[first - 1].OpCode.OpCodeType == OpCodeType.Prefix)
            {
                first--;
            }

            if (saved is null)
            {
                saved = new VariableDefinition(hooks.Location);
                body.Body.Variables.Add(saved);
            }

            edits.Before(
                body.Code[first],
                [.. sites.Add(SiteKind.Call, method, call), Instruction.Create(OpCodes.Call, hooks.EnterCall), Instruction.Create(OpCodes.Stloc, saved)]);
            edits.After(call, [Instruction.Create(OpCodes.Ldloc, saved), Instruction.Create(OpCodes.Call, hooks.ExitCall)]);
        }
    }
}
