"""Prints each skipped test with its reason and then, as the last line, how many tests of all modules
passed, failed and were skipped. Exit code 1 if one failed or none ran."""

import glob
import sys
import xml.etree.ElementTree as ElementTree

ran = failed = skipped = 0
# A module whose tests run on both kernels has two folders of reports.
for report in sorted(glob.glob("*/target/surefire-reports*/TEST-*.xml")):
    kernels = " (scalar kernels)" if "reports-scalar" in report else ""
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        ran += 1
        skip = case.find("skipped")
        if skip is not None:
            skipped += 1
            reason = (skip.get("message") or skip.text or "no reason given").strip().splitlines()[0]
            reason = reason.removeprefix("org.opentest4j.TestAbortedException: Assumption failed: ")
            print(f"skipped: {case.get('classname')}.{case.get('name')}{kernels}: {reason}")
        elif case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"failed: {case.get('classname')}.{case.get('name')}{kernels}")
print(f"{ran - failed - skipped} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or ran == skipped else 0)
