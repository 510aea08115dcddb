using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Terra.Weaver.Tests.Processing;

/// <summary>Makes tail calls of the calls before returns, as compilers of functional languages do, wherever that is allowed.</summary>
public static class TailCallRewriter
{
    /// <summary>Changes an assembly in place; returns the number of tail calls.</summary>
    public static int Rewrite(string path)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { InMemory = true, ReadSymbols = true });
        int rewritten = 0;
        foreach (MethodDefinition method in module.GetTypes().SelectMany(type => type.Methods).Where(MayTailCall))
        {
            method.Body.SimplifyMacros();
            foreach (Instruction call in method.Body.Instructions.Where(i => IsLast(method, i)).ToList())
            {
                Prefix(method.Body, call);
                rewritten++;
            }

            method.Body.OptimizeMacros();
        }

        module.Write(path, new WriterParameters { WriteSymbols = true });
        return rewritten;
    }

    /// <summary>No address of the caller's frame may be at large, and no try block around the call.</summary>
    private static bool MayTailCall(MethodDefinition method) =>
        method.HasBody && !method.IsConstructor && !method.Body.HasExceptionHandlers
        && !method.Body.Instructions.Any(i => i.OpCode.Code is Code.Ldloca or Code.Ldloca_S or Code.Ldarga or Code.Ldarga_S or Code.Localloc);

    private static bool IsLast(MethodDefinition method, Instruction call) =>
        call.OpCode.Code is Code.Call or Code.Callvirt && call.Next?.OpCode.Code == Code.Ret && call.Previous?.OpCode.OpCodeType != OpCodeType.Prefix
        && call.Operand is MethodReference target
        && target.ReturnType.FullName == method.ReturnType.FullName && !target.ReturnType.ContainsGenericParameter
        && !(target.HasThis && target.DeclaringType.IsValueType)
        && !target.Parameters.Any(p => p.ParameterType.IsByReference || p.ParameterType.IsPointer);

    private static void Prefix(MethodBody body, Instruction call)
    {
        Instruction tail = Instruction.Create(OpCodes.Tail);
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand == call)
            {
                instruction.Operand = tail;
            }
            else if (instruction.Operand is Instruction[] arms)
            {
                instruction.Operand = arms.Select(arm => arm == call ? tail : arm).ToArray();
            }
        }

        body.GetILProcessor().InsertBefore(call, tail);
    }
}
