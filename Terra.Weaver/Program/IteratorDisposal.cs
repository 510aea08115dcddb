using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using Terra.Weaver.Emission;

namespace Terra.Weaver.Program;

/// <summary>An iterator whose consumer stops early never comes out of its loops: its Dispose leaves them, and keeps the consumer's location.</summary>
internal static class IteratorDisposal
{
    public static void Hook(TypeDefinition iterator, ProgramHookSet hooks, Func<IEnumerable<Instruction>> exitLoops)
    {
        MethodDefinition? dispose = iterator.Methods.FirstOrDefault(m => m.HasBody && (m.Name == "Dispose" || m.Name.EndsWith(".Dispose", StringComparison.Ordinal)));
        if (dispose is null)
        {
            return;
        }

        MethodBody body = dispose.Body;
        body.SimplifyMacros();
        TailCalls.Drop(body.Instructions);
        var location = new VariableDefinition(hooks.Location);
        body.Variables.Add(location);
        foreach (Instruction exit in body.Instructions.Where(i => i.OpCode.Code == Code.Ret).ToList())
        {
            List<Instruction> code =
            [
                Instruction.Create(OpCodes.Call, hooks.SaveLocation),
                Instruction.Create(OpCodes.Stloc, location),
                .. exitLoops(),
                Instruction.Create(OpCodes.Ldloc, location),
                Instruction.Create(OpCodes.Call, hooks.RestoreLocation),
            ];
            InstructionSplicer.Redirect(body, exit, code[0]);
            InstructionSplicer.InsertAt(body, body.Instructions.IndexOf(exit), code);
        }

        body.OptimizeMacros();
    }
}
