using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;

namespace Terra.Weaver.Tests.Processing;

/// <summary>
/// Writes an assembly of random methods, from small ones to larger ones: ops and calls under branches, switches, loops with breaks and
/// continues, tries with catches, filters and finallies, returns, tail calls and throws out of all of them. Each loop counts its own turns and
/// each op gets the counts of the loops around it, so that the program itself says where it is. A store of fuel ends all loops.
/// </summary>
public sealed class RandomProgram
{
    private readonly Random _random;
    private readonly FieldInfo _fuel;
    private readonly IReadOnlyList<MethodBuilder> _methods;
    private readonly MethodBuilder _same;
    private readonly Framework _framework;

    private RandomProgram(int seed, FieldInfo fuel, IReadOnlyList<MethodBuilder> methods, MethodBuilder same, Framework framework)
    {
        _random = new Random(seed);
        _fuel = fuel;
        _methods = methods;
        _same = same;
        _framework = framework;
    }

    /// <summary>Writes the program of a seed beside the assemblies it refers to.</summary>
    /// <param name="folder">Holds the assemblies to process already.</param>
    public static string Write(int seed, int methods, string folder)
    {
        var context = new AssemblyLoadContext("framework of random programs", isCollectible: false);
        Assembly torch = context.LoadFromAssemblyPath(Path.Combine(folder, "Terra.Torch.dll"));
        Assembly runtime = context.LoadFromAssemblyPath(Path.Combine(folder, "Terra.Runtime.dll"));
        Framework framework = Framework.Of(torch, runtime);
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("RandomProgram"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("RandomProgram").DefineType("Random.Program", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        FieldBuilder fuel = type.DefineField("Fuel", typeof(int), FieldAttributes.Static | FieldAttributes.Private);
        MethodBuilder[] all = [.. Enumerable.Range(0, methods).Select(i => type.DefineMethod($"Method{i:000}", MethodAttributes.Private | MethodAttributes.Static, framework.Tensor, [framework.Tensor]))];
        MethodBuilder same = type.DefineMethod("Same", MethodAttributes.Private | MethodAttributes.Static, framework.Tensor, [framework.Tensor]);
        same.GetILGenerator().Emit(OpCodes.Ldarg_0);
        same.GetILGenerator().Emit(OpCodes.Ret);
        var program = new RandomProgram(seed, fuel, all, same, framework);
        for (int i = 0; i < methods; i++)
        {
            new Writer(program, i).Write();
            MethodBuilder scenario = type.DefineMethod($"Scenario{i:000}", MethodAttributes.Public | MethodAttributes.Static, typeof(float), []);
            scenario.SetCustomAttribute(framework.Scenario, [1, 0, 0, 0]);
            ILGenerator il = scenario.GetILGenerator();
            il.Emit(OpCodes.Ldc_I4, 60);
            il.Emit(OpCodes.Stsfld, fuel);
            il.Emit(OpCodes.Ldc_R4, 0f);
            il.Emit(OpCodes.Call, framework.Full);
            il.Emit(OpCodes.Call, all[i]);
            il.Emit(OpCodes.Callvirt, framework.Item);
            il.Emit(OpCodes.Ret);
        }

        type.CreateType();
        string path = Path.Combine(folder, "RandomProgram.dll");
        assembly.Save(path);
        return path;
    }

    /// <summary>The members of the test framework that programs use.</summary>
    private sealed record Framework(Type Tensor, MethodInfo Probe, MethodInfo Add, MethodInfo Full, MethodInfo Item, ConstructorInfo Scenario)
    {
        public static Framework Of(Assembly torch, Assembly runtime)
        {
            Type functions = torch.GetType("TorchSharp.torch", throwOnError: true)!;
            Type tensor = functions.GetNestedType("Tensor")!;
            return new Framework(
                tensor,
                functions.GetMethod("probe")!,
                functions.GetMethod("add")!,
                functions.GetMethod("full")!,
                tensor.GetMethod("item")!,
                runtime.GetType("Terra.Testing.ScenarioAttribute", throwOnError: true)!.GetConstructor([])!);
        }
    }

    /// <summary>A loop around the statement being written: where break and continue go, and how many tries were open at its start.</summary>
    private sealed record Loop(LocalBuilder Counter, Label Break, Label Continue, int Tries);

    /// <summary>Writes one method; it calls only methods of lower numbers, so that nothing recurs.</summary>
    private sealed class Writer
    {
        private readonly RandomProgram _program;
        private readonly int _number;
        private readonly ILGenerator _il;
        private readonly LocalBuilder _result;
        private readonly Label _end;
        private readonly Stack<Loop> _loops = new();
        private int _tries;
        private int _size;

        /// <summary>The number of tries outside which no jump may lead: a finally can only be left by its end.</summary>
        private int _fence;

        public Writer(RandomProgram program, int number)
        {
            _program = program;
            _number = number;
            _il = program._methods[number].GetILGenerator();
            _result = _il.DeclareLocal(program._framework.Tensor);
            _end = _il.DefineLabel();
            _size = 3 + number;
        }

        private Random Random => _program._random;

        private Framework Framework => _program._framework;

        public void Write()
        {
            Block(depth: 0);
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Stloc, _result);
            _il.MarkLabel(_end);
            _il.Emit(OpCodes.Ldloc, _result);
            _il.Emit(OpCodes.Ret);
        }

        private void Block(int depth)
        {
            int statements = Random.Next(1, 4);
            for (int i = 0; i < statements; i++)
            {
                Statement(depth);
            }
        }

        private void Statement(int depth)
        {
            _size--;
            int kind = depth > 5 || _size < 0 ? Random.Next(3) : Random.Next(14);
            switch (kind)
            {
                case 0 or 1:
                    Store(Op);
                    break;
                case 2:
                    Store(Call);
                    break;
                case 3:
                    Store(() =>
                    {
                        Op();
                        Call();
                        _il.Emit(OpCodes.Call, Framework.Add);
                    });
                    break;
                case 4:
                    If(() => Block(depth + 1), Random.Next(2) == 0 ? null : () => Block(depth + 1));
                    break;
                case 5:
                    Switch(depth);
                    break;
                case 6 or 7 or 8:
                    LoopOf(depth, form: kind - 6);
                    break;
                case 9:
                    Try(depth, catches: true, filters: Random.Next(2) == 0, ends: Random.Next(3) == 0);
                    break;
                case 10:
                    Try(depth, catches: false, filters: false, ends: true);
                    break;
                case 11:
                    If(Jump, null);
                    break;
                case 12:
                    If(Return, null);
                    break;
                default:
                    If(Throw, null);
                    break;
            }
        }

        /// <summary>x = value.</summary>
        private void Store(Action value)
        {
            value();
            _il.Emit(OpCodes.Starg_S, (byte)0);
        }

        private void Op()
        {
            Loop[] loops = [.. _loops.Reverse()];
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Ldc_I4, loops.Length);
            _il.Emit(OpCodes.Newarr, typeof(int));
            for (int i = 0; i < loops.Length; i++)
            {
                _il.Emit(OpCodes.Dup);
                _il.Emit(OpCodes.Ldc_I4, i);
                _il.Emit(OpCodes.Ldloc, loops[i].Counter);
                _il.Emit(OpCodes.Stelem_I4);
            }

            _il.Emit(OpCodes.Call, Framework.Probe);
        }

        private void Call()
        {
            if (_number == 0)
            {
                Op();
                return;
            }

            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Call, _program._methods[Random.Next(_number)]);
        }

        /// <summary>Pushes a number that depends on x.</summary>
        private void Number(int below)
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Callvirt, Framework.Item);
            _il.Emit(OpCodes.Conv_I4);
            _il.Emit(OpCodes.Ldc_I4, below);
            _il.Emit(OpCodes.Rem);
        }

        private void If(Action then, Action? otherwise)
        {
            Label no = _il.DefineLabel();
            Label done = _il.DefineLabel();
            Number(Random.Next(2, 5));
            _il.Emit(OpCodes.Brtrue, no);
            then();
            _il.Emit(OpCodes.Br, done);
            _il.MarkLabel(no);
            otherwise?.Invoke();
            _il.MarkLabel(done);
        }

        private void Switch(int depth)
        {
            Label[] cases = [.. Enumerable.Range(0, 3).Select(_ => _il.DefineLabel())];
            Label done = _il.DefineLabel();
            Number(4);
            _il.Emit(OpCodes.Switch, cases);
            Store(Op);
            _il.Emit(OpCodes.Br, done);
            foreach (Label label in cases)
            {
                _il.MarkLabel(label);
                Block(depth + 1);
                if (Random.Next(3) > 0)
                {
                    _il.Emit(OpCodes.Br, done);
                }
            }

            _il.MarkLabel(done);
        }

        /// <summary>A loop of at most four turns: 0 with the test first, 1 with the test last, 2 with the test in the middle.</summary>
        private void LoopOf(int depth, int form)
        {
            Label body = _il.DefineLabel();
            Label test = _il.DefineLabel();
            Label next = _il.DefineLabel();
            Label done = _il.DefineLabel();
            LocalBuilder counter = _il.DeclareLocal(typeof(int));
            int turns = Random.Next(1, 5);
            _il.Emit(OpCodes.Ldc_I4_0);
            _il.Emit(OpCodes.Stloc, counter);
            if (form == 0)
            {
                _il.Emit(OpCodes.Br, test);
            }

            _il.MarkLabel(body);
            _loops.Push(new Loop(counter, done, next, _tries));
            Store(Op);
            Block(depth + 1);
            if (form == 2)
            {
                Test();
                _il.Emit(OpCodes.Brfalse, done);
                Block(depth + 1);
            }

            _loops.Pop();
            _il.MarkLabel(next);
            _il.Emit(OpCodes.Ldloc, counter);
            _il.Emit(OpCodes.Ldc_I4_1);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Stloc, counter);
            _il.MarkLabel(test);
            Test();
            _il.Emit(OpCodes.Brtrue, body);
            _il.MarkLabel(done);

            // counter < turns && Fuel-- > 0
            void Test()
            {
                _il.Emit(OpCodes.Ldloc, counter);
                _il.Emit(OpCodes.Ldc_I4, turns);
                _il.Emit(OpCodes.Clt);
                _il.Emit(OpCodes.Ldsfld, _program._fuel);
                _il.Emit(OpCodes.Dup);
                _il.Emit(OpCodes.Ldc_I4_1);
                _il.Emit(OpCodes.Sub);
                _il.Emit(OpCodes.Stsfld, _program._fuel);
                _il.Emit(OpCodes.Ldc_I4_0);
                _il.Emit(OpCodes.Cgt);
                _il.Emit(OpCodes.And);
            }
        }

        private void Try(int depth, bool catches, bool filters, bool ends)
        {
            if (ends)
            {
                _il.BeginExceptionBlock();
                _tries++;
            }

            if (catches)
            {
                Catching(depth, filters);
            }
            else
            {
                Block(depth + 1);
            }

            if (ends)
            {
                int fence = _fence;
                _il.BeginFinallyBlock();
                _fence = _tries;
                Store(Op);
                Block(depth + 1);
                _fence = fence;
                _il.EndExceptionBlock();
                _tries--;
            }
        }

        private void Catching(int depth, bool filters)
        {
            _il.BeginExceptionBlock();
            _tries++;
            Block(depth + 1);
            if (filters)
            {
                _il.BeginExceptFilterBlock();
                _il.Emit(OpCodes.Pop);
                Op();
                _il.Emit(OpCodes.Pop);
                Number(2);
                _il.Emit(OpCodes.Ldc_I4_0);
                _il.Emit(OpCodes.Ceq);
                _il.BeginCatchBlock(null);
                _il.Emit(OpCodes.Pop);
                Block(depth + 1);
            }

            _il.BeginCatchBlock(Random.Next(3) == 0 ? typeof(ArgumentException) : typeof(InvalidOperationException));
            _il.Emit(OpCodes.Pop);
            Store(Op);
            Block(depth + 1);
            if (Random.Next(4) == 0)
            {
                If(() => _il.Emit(OpCodes.Rethrow), null);
            }

            _il.EndExceptionBlock();
            _tries--;
        }

        /// <summary>Break or continue, of the innermost loop or of one further out, if there is one that a jump may reach.</summary>
        private void Jump()
        {
            Loop[] reachable = [.. _loops.Where(loop => loop.Tries >= _fence)];
            if (reachable.Length == 0)
            {
                Store(Op);
                return;
            }

            Loop target = reachable[Random.Next(reachable.Length)];
            _il.Emit(_tries > target.Tries ? OpCodes.Leave : OpCodes.Br, Random.Next(2) == 0 ? target.Break : target.Continue);
        }

        private void Return()
        {
            if (_fence > 0)
            {
                Throw();
                return;
            }

            if (_tries == 0 && _number > 0 && Random.Next(2) == 0)
            {
                TailCall();
                return;
            }

            Call();
            _il.Emit(OpCodes.Stloc, _result);
            _il.Emit(_tries > 0 ? OpCodes.Leave : OpCodes.Br, _end);
        }

        /// <summary>Returns what another method does, which may be one that performs no op, and gives up the frame.</summary>
        private void TailCall()
        {
            _il.Emit(OpCodes.Ldarg_0);
            _il.Emit(OpCodes.Tailcall);
            _il.Emit(OpCodes.Call, Random.Next(3) == 0 ? _program._same : _program._methods[Random.Next(_number)]);
            _il.Emit(OpCodes.Ret);
        }

        private void Throw()
        {
            Type exception = Random.Next(3) == 0 ? typeof(ArgumentException) : typeof(InvalidOperationException);
            _il.Emit(OpCodes.Newobj, exception.GetConstructor([])!);
            _il.Emit(OpCodes.Throw);
        }
    }
}
