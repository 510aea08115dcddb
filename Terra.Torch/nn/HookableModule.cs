using Terra.Runtime.Tracing;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            [ThreadStatic]
            private static int t_callDepth;

            private int _modelId;

            /// <summary>Marks the start of a call of this module on this thread; the outermost one tells the runtime that a model runs.</summary>
            private protected void EnterCall(ref LoopFrame frame)
            {
                if (t_callDepth++ == 0)
                {
                    StepMarkers.EnterModel(ref _modelId, ref frame);
                }
            }

            private protected static void ExitCall(ref LoopFrame frame)
            {
                if (--t_callDepth == 0)
                {
                    StepMarkers.ExitModel(ref frame);
                }
            }
        }

        /// <summary>A module with functions that run before and after its forward function.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            private readonly List<(string Key, TPreHook Hook)> _preHooks = [];
            private readonly List<(string Key, TPostHook Hook)> _postHooks = [];

            protected HookableModule(string name)
                : base(name)
            {
            }

            private protected bool HasHooks => _preHooks.Count + _postHooks.Count > 0;

            /// <summary>Adds a function that runs after forward and may replace its result; null leaves it.</summary>
            public HookRemover register_forward_hook(TPostHook hook)
            {
                string key = NewKey();
                _postHooks.Add((key, hook));
                return new HookRemover(this, key);
            }

            /// <summary>Adds a function that runs after forward.</summary>
            public HookRemover register_forward_hook(Action<Module> hook) => register_forward_hook(AsPostHook(hook));

            /// <summary>Adds a function that runs before forward and may replace its arguments; null leaves them.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                string key = NewKey();
                _preHooks.Add((key, hook));
                return new HookRemover(this, key);
            }

            /// <summary>Adds a function that runs before forward.</summary>
            public HookRemover register_forward_pre_hook(Action<Module> hook) => register_forward_pre_hook(AsPreHook(hook));

            /// <summary>A copy, since a hook may remove itself.</summary>
            private protected IEnumerable<TPreHook> PreHooks() => _preHooks.ConvertAll(static entry => entry.Hook);

            /// <inheritdoc cref="PreHooks"/>
            private protected IEnumerable<TPostHook> PostHooks() => _postHooks.ConvertAll(static entry => entry.Hook);

            private protected virtual TPreHook AsPreHook(Action<Module> hook) =>
                throw new NotSupportedException($"{GetName()} has no typed forward function to hook; derive from Module<...>");

            private protected virtual TPostHook AsPostHook(Action<Module> hook) =>
                throw new NotSupportedException($"{GetName()} has no typed forward function to hook; derive from Module<...>");

            private static string NewKey() => Guid.NewGuid().ToString();

            private void Remove(string key)
            {
                _preHooks.RemoveAll(entry => entry.Key == key);
                _postHooks.RemoveAll(entry => entry.Key == key);
            }

            /// <summary>Takes a hook off its module.</summary>
            public class HookRemover
            {
                private readonly HookableModule<TPreHook, TPostHook> _module;
                private readonly string _key;

                public HookRemover(HookableModule<TPreHook, TPostHook> module, string key) => (_module, _key) = (module, key);

                /// <summary>Removes the hook; a second call does nothing.</summary>
                public void remove() => _module.Remove(_key);
            }
        }
    }
}
