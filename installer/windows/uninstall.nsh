; SPDX-License-Identifier: MIT
;
; The uninstaller: a part of hosier.nsi.

; What only the user who started this can do, and the administrator whose password is typed in cannot: their programs are told
; to quit, and their system proxy is what it was. Whether they have quit the administrator finds out, who may write the file.
Function un.PutBack
    StrCpy $R0 $INSTDIR
    nsExec::Exec /TIMEOUT=10000 '"$INSTDIR\hosier.exe" --quit'
    Pop $0
    Call un.EndInstances
    Sleep ${QUIT_MILLISECONDS}
    nsExec::Exec /TIMEOUT=20000 '"$INSTDIR\hosier.exe" --restore-system-proxy'
    Pop $0
FunctionEnd

Function un.onInit
    SetRegView 64
    ${GetParameters} $Parameters
    SetShellVarContext current
    ; Whose installation this is stands beside it: its directory may go by several names.
    ${If} ${FileExists} "$INSTDIR\${ALL_USERS}"
        !insertmacro RequireAdministrator "$INSTDIR\uninstall.exe" "$Parameters" "Call un.PutBack"
        SetShellVarContext all
    ${EndIf}
FunctionEnd

; Of every user whose settings are loaded and can be written: the start at login of a program that is gone, and what the
; Task Manager has noted about it. Another copy's stays, also when it is on a drive that is not there now.
Function un.ForgetLoginStart
    StrCpy $0 0
    ${Do}
        EnumRegKey $1 HKU "" $0
        ${If} $1 == ""
            ${ExitDo}
        ${EndIf}
        IntOp $0 $0 + 1
        ReadRegStr $2 HKU "$1\${RUN_KEY}" "Hosier"
        StrCpy $2 $2 "" 1 ; "C:\...\hosier.exe" --minimized
        StrCpy $3 0
        ${Do}
            StrCpy $4 $2 1 $3
            ${If} $4 == '"'
            ${OrIf} $4 == ""
                ${ExitDo}
            ${EndIf}
            IntOp $3 $3 + 1
        ${Loop}
        StrCpy $2 $2 $3
        StrCpy $4 $2 3 ; the drive's root
        System::Call 'kernel32::GetFileAttributesW(w r4) i .r5'
        ${If} $2 == ""
            DeleteRegValue HKU "$1\${APPROVED_KEY}" "Hosier"
        ${ElseIf} $2 == "$INSTDIR\hosier.exe"
        ${OrIf} $5 != -1
        ${AndIfNot} ${FileExists} $2
            DeleteRegValue HKU "$1\${RUN_KEY}" "Hosier"
            DeleteRegValue HKU "$1\${APPROVED_KEY}" "Hosier"
        ${EndIf}
    ${Loop}
FunctionEnd

; $R2: how many passwords of servers the program keeps in the Credential Manager for the profile that is removed here;
; they are deleted when $R1 is 1. Those of portable copies and of other profiles stay. A name of one is
; "hosier/server (path of the profile) #hash", and no path holds the colon of another one.
Function un.FindPasswords
    ; As foldedPath() of app/platform_windows.cpp spells it.
    StrCpy $R3 $LOCALAPPDATA
    System::Call 'kernel32::GetLongPathNameW(w R3, w .R3, i ${NSIS_MAX_STRLEN})'
    ${If} $R3 == ""
        StrCpy $R3 $LOCALAPPDATA
    ${EndIf}
    System::Call 'user32::CharLowerW(w R3 R3)'
    ${WordReplace} " ($R3\hosier\profile.json)" "\" "/" "+" $R3
    StrLen $R4 $R3
    StrCpy $R2 0
    System::Call 'advapi32::CredEnumerateW(w "hosier/*", i 0, *i .r1, *p .r2) i .r0'
    ${If} $0 == 0
        Return
    ${EndIf}
    StrCpy $3 $2
    ${DoWhile} $1 > 0
        System::Call '*$3(p .r4)'
        System::Call '*$4(i, i .r5, w .r6)' ; flags, type, name
        StrCpy $7 $6 -${HASH_LENGTH}
        StrCpy $7 $7 "" -$R4
        ${If} $7 == $R3
            IntOp $R2 $R2 + 1
            ${If} $R1 == 1
                System::Call 'advapi32::CredDeleteW(w r6, i r5, i 0)'
            ${EndIf}
        ${EndIf}
        IntPtrOp $3 $3 + ${NSIS_PTR_SIZE}
        IntOp $1 $1 - 1
    ${Loop}
    System::Call 'advapi32::CredFree(p r2)'
FunctionEnd

; What the program itself wrote is the user's own, whoever installed it. Files it writes anew come with a lock and with
; a copy under way, which a killed program leaves. The locks of instances and of the system proxy are where temporary files
; usually are, whatever the environment says.
Function un.RemoveUserData
    SetShellVarContext current
    Delete "$LOCALAPPDATA\Temp\hosier-*.lock*"
    Delete "$LOCALAPPDATA\hosier\hosier.ini*"
    Delete "$LOCALAPPDATA\hosier\hosier*.log*" ; of each profile, and older ones
    Delete "$LOCALAPPDATA\hosier\crash-*.txt"
    Delete "$LOCALAPPDATA\hosier\system-proxy.json*" ; also what was put aside as damaged
    StrCpy $R1 0
    Call un.FindPasswords
    ${If} $R2 > 0
    ${OrIf} ${FileExists} "$LOCALAPPDATA\hosier\profile.json*"
        ClearErrors
        ${GetOptions} $Parameters "/REMOVEPROFILE" $0
        ${If} ${Errors}
            MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(REMOVE_PROFILE)" /SD IDNO IDNO kept
        ${EndIf}
        Delete "$LOCALAPPDATA\hosier\profile.json*" ; also of before the last change, and of before an import
        StrCpy $R1 1
        Call un.FindPasswords
        kept:
    ${EndIf}
    RMDir "$LOCALAPPDATA\hosier"
FunctionEnd

Section "un.Hosier"
    StrCpy $R0 $INSTDIR
    Call un.StopProgram
    ; A program that was killed may have left the system pointing at it.
    nsExec::Exec /TIMEOUT=20000 '"$INSTDIR\hosier.exe" --restore-system-proxy'
    Pop $0
    !insertmacro RemoveFiles
    ClearErrors
    ${GetOptions} $Parameters "/UPGRADE" $0
    ${IfNot} ${Errors}
        Return
    ${EndIf}
    ; Ours, and the answers of users whom Windows asked, which go by the program's file. It takes an administrator to
    ; remove them; without one they stay and are about nothing.
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 == "Admin"
        ; As it was called when it was installed.
        ReadRegStr $1 SHCTX "${KEY}" "InstallLocation"
        nsExec::Exec /TIMEOUT=20000 '${FIREWALL} delete rule name=all program="$1\hosier.exe"'
        Pop $0
    ${EndIf}
    Delete "$INSTDIR\${ALL_USERS}"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    RMDir "$LOCALAPPDATA\Programs" ; when nobody else's program is there
    Delete "$SMPROGRAMS\Hosier.lnk"
    Delete "$DESKTOP\Hosier.lnk"
    DeleteRegKey SHCTX "${KEY}"
    Call un.ForgetLoginStart
    Call un.RemoveUserData
SectionEnd
