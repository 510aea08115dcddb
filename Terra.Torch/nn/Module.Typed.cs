using Terra.Runtime.Tracing;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Something that is called with one argument.</summary>
        public interface IModule<T, TResult>
        {
            abstract TResult call(T input1);
        }

        /// <summary>A module whose forward function takes one argument.</summary>
        public abstract class Module<T, TResult>
            : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>The computation of the module. Programs use <see cref="call"/>, which runs the hooks too.</summary>
            public abstract TResult forward(T input);

            /// <summary>Runs the forward pre-hooks, <see cref="forward"/> and the forward hooks.</summary>
            public TResult call(T input)
            {
                LoopFrame frame = default;
                try
                {
                    EnterCall(ref frame);
                    return HasHooks ? CallWithHooks(input) : forward(input);
                }
                finally
                {
                    ExitCall(ref frame);
                }
            }

            private TResult CallWithHooks(T input)
            {
                foreach (Func<Module<T, TResult>, T, T> hook in PreHooks())
                {
                    input = hook(this, input) ?? input;
                }

                TResult result = forward(input);
                foreach (Func<Module<T, TResult>, T, TResult, TResult> hook in PostHooks())
                {
                    result = hook(this, input, result) ?? result;
                }

                return result;
            }

            private protected sealed override Func<Module<T, TResult>, T, T> AsPreHook(Action<Module> hook) =>
                (module, input) =>
                {
                    hook(module);
                    return input;
                };

            private protected sealed override Func<Module<T, TResult>, T, TResult, TResult> AsPostHook(Action<Module> hook) =>
                (module, _, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>Something that is called with two arguments.</summary>
        public interface IModule<T1, T2, TResult>
        {
            abstract TResult call(T1 input1, T2 input2);
        }

        /// <summary>A module whose forward function takes two arguments.</summary>
        public abstract class Module<T1, T2, TResult>
            : HookableModule<Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>, Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>>, IModule<T1, T2, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>The computation of the module. Programs use <see cref="call"/>, which runs the hooks too.</summary>
            public abstract TResult forward(T1 input1, T2 input2);

            /// <summary>Runs the forward pre-hooks, <see cref="forward"/> and the forward hooks.</summary>
            public TResult call(T1 input1, T2 input2)
            {
                LoopFrame frame = default;
                try
                {
                    EnterCall(ref frame);
                    return HasHooks ? CallWithHooks(input1, input2) : forward(input1, input2);
                }
                finally
                {
                    ExitCall(ref frame);
                }
            }

            private TResult CallWithHooks(T1 input1, T2 input2)
            {
                foreach (Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?> hook in PreHooks())
                {
                    if (hook(this, input1, input2) is { } changed)
                    {
                        (input1, input2) = changed;
                    }
                }

                TResult result = forward(input1, input2);
                foreach (Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult> hook in PostHooks())
                {
                    result = hook(this, input1, input2, result) ?? result;
                }

                return result;
            }

            private protected sealed override Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?> AsPreHook(Action<Module> hook) =>
                (module, input1, input2) =>
                {
                    hook(module);
                    return null;
                };

            private protected sealed override Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult> AsPostHook(Action<Module> hook) =>
                (module, _, _, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>Something that is called with three arguments.</summary>
        public interface IModule<T1, T2, T3, TResult>
        {
            abstract TResult call(T1 input1, T2 input2, T3 input3);
        }

        /// <summary>A module whose forward function takes three arguments.</summary>
        public abstract class Module<T1, T2, T3, TResult>
            : HookableModule<Func<Module<T1, T2, T3, TResult>, T1, T2, T3, (T1, T2, T3)?>, Func<Module<T1, T2, T3, TResult>, T1, T2, T3, TResult, TResult>>, IModule<T1, T2, T3, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>The computation of the module. Programs use <see cref="call"/>, which runs the hooks too.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3);

            /// <summary>Runs the forward pre-hooks, <see cref="forward"/> and the forward hooks.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3)
            {
                LoopFrame frame = default;
                try
                {
                    EnterCall(ref frame);
                    return HasHooks ? CallWithHooks(input1, input2, input3) : forward(input1, input2, input3);
                }
                finally
                {
                    ExitCall(ref frame);
                }
            }

            private TResult CallWithHooks(T1 input1, T2 input2, T3 input3)
            {
                foreach (Func<Module<T1, T2, T3, TResult>, T1, T2, T3, (T1, T2, T3)?> hook in PreHooks())
                {
                    if (hook(this, input1, input2, input3) is { } changed)
                    {
                        (input1, input2, input3) = changed;
                    }
                }

                TResult result = forward(input1, input2, input3);
                foreach (Func<Module<T1, T2, T3, TResult>, T1, T2, T3, TResult, TResult> hook in PostHooks())
                {
                    result = hook(this, input1, input2, input3, result) ?? result;
                }

                return result;
            }

            private protected sealed override Func<Module<T1, T2, T3, TResult>, T1, T2, T3, (T1, T2, T3)?> AsPreHook(Action<Module> hook) =>
                (module, input1, input2, input3) =>
                {
                    hook(module);
                    return null;
                };

            private protected sealed override Func<Module<T1, T2, T3, TResult>, T1, T2, T3, TResult, TResult> AsPostHook(Action<Module> hook) =>
                (module, _, _, _, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>Something that is called with four arguments.</summary>
        public interface IModule<T1, T2, T3, T4, TResult>
        {
            abstract TResult call(T1 input1, T2 input2, T3 input3, T4 input4);
        }

        /// <summary>A module whose forward function takes four arguments.</summary>
        public abstract class Module<T1, T2, T3, T4, TResult>
            : HookableModule<Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, (T1, T2, T3, T4)?>, Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, TResult, TResult>>, IModule<T1, T2, T3, T4, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>The computation of the module. Programs use <see cref="call"/>, which runs the hooks too.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4);

            /// <summary>Runs the forward pre-hooks, <see cref="forward"/> and the forward hooks.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4)
            {
                LoopFrame frame = default;
                try
                {
                    EnterCall(ref frame);
                    return HasHooks ? CallWithHooks(input1, input2, input3, input4) : forward(input1, input2, input3, input4);
                }
                finally
                {
                    ExitCall(ref frame);
                }
            }

            private TResult CallWithHooks(T1 input1, T2 input2, T3 input3, T4 input4)
            {
                foreach (Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, (T1, T2, T3, T4)?> hook in PreHooks())
                {
                    if (hook(this, input1, input2, input3, input4) is { } changed)
                    {
                        (input1, input2, input3, input4) = changed;
                    }
                }

                TResult result = forward(input1, input2, input3, input4);
                foreach (Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, TResult, TResult> hook in PostHooks())
                {
                    result = hook(this, input1, input2, input3, input4, result) ?? result;
                }

                return result;
            }

            private protected sealed override Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, (T1, T2, T3, T4)?> AsPreHook(Action<Module> hook) =>
                (module, input1, input2, input3, input4) =>
                {
                    hook(module);
                    return null;
                };

            private protected sealed override Func<Module<T1, T2, T3, T4, TResult>, T1, T2, T3, T4, TResult, TResult> AsPostHook(Action<Module> hook) =>
                (module, _, _, _, _, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>Something that is called with five arguments.</summary>
        public interface IModule<T1, T2, T3, T4, T5, TResult>
        {
            abstract TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5);
        }

        /// <summary>A module whose forward function takes five arguments.</summary>
        public abstract class Module<T1, T2, T3, T4, T5, TResult>
            : HookableModule<Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, (T1, T2, T3, T4, T5)?>, Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, TResult, TResult>>, IModule<T1, T2, T3, T4, T5, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>The computation of the module. Programs use <see cref="call"/>, which runs the hooks too.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5);

            /// <summary>Runs the forward pre-hooks, <see cref="forward"/> and the forward hooks.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5)
            {
                LoopFrame frame = default;
                try
                {
                    EnterCall(ref frame);
                    return HasHooks ? CallWithHooks(input1, input2, input3, input4, input5) : forward(input1, input2, input3, input4, input5);
                }
                finally
                {
                    ExitCall(ref frame);
                }
            }

            private TResult CallWithHooks(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5)
            {
                foreach (Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, (T1, T2, T3, T4, T5)?> hook in PreHooks())
                {
                    if (hook(this, input1, input2, input3, input4, input5) is { } changed)
                    {
                        (input1, input2, input3, input4, input5) = changed;
                    }
                }

                TResult result = forward(input1, input2, input3, input4, input5);
                foreach (Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, TResult, TResult> hook in PostHooks())
                {
                    result = hook(this, input1, input2, input3, input4, input5, result) ?? result;
                }

                return result;
            }

            private protected sealed override Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, (T1, T2, T3, T4, T5)?> AsPreHook(Action<Module> hook) =>
                (module, input1, input2, input3, input4, input5) =>
                {
                    hook(module);
                    return null;
                };

            private protected sealed override Func<Module<T1, T2, T3, T4, T5, TResult>, T1, T2, T3, T4, T5, TResult, TResult> AsPostHook(Action<Module> hook) =>
                (module, _, _, _, _, _, result) =>
                {
                    hook(module);
                    return result;
                };
        }

        /// <summary>Something that is called with six arguments.</summary>
        public interface IModule<T1, T2, T3, T4, T5, T6, TResult>
        {
            abstract TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6);
        }

        /// <summary>A module whose forward function takes six arguments.</summary>
        public abstract class Module<T1, T2, T3, T4, T5, T6, TResult>
            : HookableModule<Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, (T1, T2, T3, T4, T5, T6)?>, Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, TResult, TResult>>, IModule<T1, T2, T3, T4, T5, T6, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            /// <summary>The computation of the module. Programs use <see cref="call"/>, which runs the hooks too.</summary>
            public abstract TResult forward(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6);

            /// <summary>Runs the forward pre-hooks, <see cref="forward"/> and the forward hooks.</summary>
            public TResult call(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6)
            {
                LoopFrame frame = default;
                try
                {
                    EnterCall(ref frame);
                    return HasHooks ? CallWithHooks(input1, input2, input3, input4, input5, input6) : forward(input1, input2, input3, input4, input5, input6);
                }
                finally
                {
                    ExitCall(ref frame);
                }
            }

            private TResult CallWithHooks(T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6)
            {
                foreach (Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, (T1, T2, T3, T4, T5, T6)?> hook in PreHooks())
                {
                    if (hook(this, input1, input2, input3, input4, input5, input6) is { } changed)
                    {
                        (input1, input2, input3, input4, input5, input6) = changed;
                    }
                }

                TResult result = forward(input1, input2, input3, input4, input5, input6);
                foreach (Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, TResult, TResult> hook in PostHooks())
                {
                    result = hook(this, input1, input2, input3, input4, input5, input6, result) ?? result;
                }

                return result;
            }

            private protected sealed override Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, (T1, T2, T3, T4, T5, T6)?> AsPreHook(Action<Module> hook) =>
                (module, input1, input2, input3, input4, input5, input6) =>
                {
                    hook(module);
                    return null;
                };

            private protected sealed override Func<Module<T1, T2, T3, T4, T5, T6, TResult>, T1, T2, T3, T4, T5, T6, TResult, TResult> AsPostHook(Action<Module> hook) =>
                (module, _, _, _, _, _, _, result) =>
                {
                    hook(module);
                    return result;
                };
        }
    }
}
